start(
  { inspection: inspectionPage, comparison: comparisonPage },
  "Made by lightship. Sizes are in decimal units: 1 MB = 1,000,000 bytes.",
);

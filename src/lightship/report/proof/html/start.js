start(
  { proof: proofPage, trend: trendPage },
  "Made by lightship, from builds and runs that were measured.",
);

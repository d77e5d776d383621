start(
  { replay: replayPage, advice: advicePage, explanation: explanationPage },
  "Made by lightship. Rebuilt steps are predicted from what each step's cache key depends on.",
);

start(
  { ci: ciPage },
  "Made by lightship. The runs of CI are replayed from git; nothing was built.",
);

// Runs before the page is painted, so that a chosen theme doesn't flash. Not a module, for that reason.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme is used.
}

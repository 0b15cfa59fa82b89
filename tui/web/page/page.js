// Runs before the terminal's own script starts on `load`: that reads the address of its websocket from the page.
const terminal = document.getElementById("terminal");
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
terminal.dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
document.getElementById("again").addEventListener("click", () => location.reload());

// Keys go to the app at once, without a click into it first.
new MutationObserver((_, watching) => {
  const keys = terminal.querySelector(".xterm-helper-textarea");
  if (keys && document.body.classList.contains("-first-byte")) {
    watching.disconnect();
    keys.focus();
  }
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });

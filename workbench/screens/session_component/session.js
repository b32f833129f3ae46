// Hands a sign-in (or sign-out) made on the screen to the server's cookie; the cookie itself is never visible here.
const DONE = new Set();

export default function (component) {
  const { data, setTriggerValue } = component;
  if (!data.action || DONE.has(data.visit)) return;
  DONE.add(data.visit);
  const path = data.action === "keep" ? "/api/session/keep" : "/api/session/end";
  const body = JSON.stringify(data.action === "keep" ? { token: data.token } : {});
  fetch(path, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body })
    .then((answer) => setTriggerValue("done", answer.ok ? "ok" : String(answer.status)))
    .catch(() => { DONE.delete(data.visit); setTimeout(() => setTriggerValue("done", "line"), 1500); });
}

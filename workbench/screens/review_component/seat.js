// One seat a browser page: whatever of ours is worked with sits in it and owns the keyboard, and whatever sat there before is
// closed first. The seat hangs on the window, so that scripts loaded a second time find the same one.

const PARTED_MS = 10000;
const SEAT = (window[Symbol.for("sohotich.seat")] ||= { held: null, parted: null, screen: newToken(), turn: 0 });

// What stands on the screen now: the server takes a decision only on the entry of this screen's newest turn.
function nextTurn() { SEAT.turn += 1; return { screen: SEAT.screen, turn: SEAT.turn }; }

// Seats the work of `key` in `root`; `make` gets what did the same work a moment ago, or null.
function takeSeat(root, key, make) {
  const held = SEAT.held;
  if (held && held.root === root && held.key === key) return;
  leaveSeat();
  const before = SEAT.parted && SEAT.parted.key === key ? SEAT.parted : null;
  if (before) { clearTimeout(before.timer); SEAT.parted = null; }
  SEAT.held = { root, key, work: make(before && before.work) };
}

// The page around us builds a form anew when the server comes back, and whenever it likes. Work that goes on at once keeps its
// entry, so nothing changes under somebody's hands; only when none comes are the entries given back.
function leaveSeat() {
  const { held } = SEAT;
  if (!held) return;
  SEAT.held = null; held.work.close();
  if (SEAT.parted) endParted(SEAT.parted);
  const parted = { key: held.key, work: held.work };
  parted.timer = setTimeout(() => endParted(parted), PARTED_MS);
  SEAT.parted = parted;
}

function endParted(parted, forGood = false) {
  clearTimeout(parted.timer); parted.work.giveBack(forGood);
  if (SEAT.parted === parted) SEAT.parted = null;
}

// The browser leaves the page: nothing will come onto this screen any more. A page kept and brought back begins anew.
if (!SEAT.listens) {
  SEAT.listens = true;
  window.addEventListener("pagehide", () => {
    if (SEAT.held) SEAT.held.work.giveBack(true);
    if (SEAT.parted) endParted(SEAT.parted, true);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
}

// For the page around us: called when it takes a component away, and at other times too.
function leaveWhenGone(root) { if (SEAT.held && SEAT.held.root === root && !root.isConnected) leaveSeat(); }

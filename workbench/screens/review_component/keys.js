// Shortcuts: names, defaults, and which key events are ours. No shortcut is a bare letter or digit, and none fires
// while an input method composes, so Telex and VNI typing is never disturbed.

const KEY_STORE = "sohotich.keys.";

const DEFAULT_KEYS = {
  accept: "Enter", back: "Shift+Enter", confirm: "Ctrl+Enter", previousEntry: "PageUp", nextEntry: "PageDown",
  visitAll: "F2", blank: "F3", illegible: "F4", struck_out: "F7", torn: "F8", erased: "Shift+F8", ask: "F9", asWritten: "F6",
  toggleStandard: "F10", ditto: "Ctrl+D", swapDayMonth: "Ctrl+M", undo: "Ctrl+Z", restore: "Escape",
  suggest1: "Alt+1", suggest2: "Alt+2", suggest3: "Alt+3", suggest4: "Alt+4", suggest5: "Alt+5", bring: "Alt+ArrowDown",
  zoomIn: "Alt+PageUp", zoomOut: "Alt+PageDown", zoomPage: "Alt+Home", turnPage: "Alt+End", setAside: "Ctrl+F9", help: "F1", helpToo: "Ctrl+/",
};

const KEY_LABELS = {
  accept: "Nhận ô này, sang ô cần xem tiếp theo", back: "Về ô trước", confirm: "Xác nhận cả trường hợp, sang trường hợp sau",
  previousEntry: "Trường hợp trước", nextEntry: "Để trường hợp này sau, sang trường hợp khác", visitAll: "Đi qua mọi ô / chỉ ô cần xem",
  blank: "Trong sổ để trống", illegible: "Không đọc được", struck_out: "Bị gạch bỏ", torn: "Bị rách, mất chữ",
  erased: "Bị tẩy xóa", ask: "Hỏi người kiểm tra (ghi lý do)", asWritten: "Sổ ghi đúng như vậy (giá trị lạ mà đúng với sổ)", toggleStandard: "Chữ như trong sổ / giá trị chuẩn",
  ditto: "Chép từ trường hợp ngay trước", swapDayMonth: "Đổi chỗ ngày và tháng", undo: "Hoàn tác", restore: "Trả ô về như lúc đầu",
  suggest1: "Lấy gợi ý 1, sang ô sau", suggest2: "Lấy gợi ý 2, sang ô sau", suggest3: "Lấy gợi ý 3, sang ô sau", suggest4: "Lấy gợi ý 4, sang ô sau",
  suggest5: "Lấy gợi ý 5, sang ô sau", bring: "Đưa gợi ý vào ô để sửa thêm (bấm nữa: gợi ý kế tiếp)", zoomIn: "Phóng to ảnh", zoomOut: "Thu nhỏ ảnh", zoomPage: "Xem cả trang", turnPage: "Lật sang trang viết tiếp của trường hợp (nếu có)",
  setAside: "Không phải một trường hợp (trang trống, bị hủy, rách)", help: "Bảng phím tắt", helpToo: "Bảng phím tắt (phím thứ hai)",
};

// The key's name, independent of keyboard layout for letters and digits: Vietnamese input methods change `event.key`.
function keyName(event) {
  if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return "";
  let name = event.key;
  const code = event.code || "";
  if (/^Key[A-Z]$/.test(code)) name = code.slice(3);
  else if (/^(Digit|Numpad)[0-9]$/.test(code)) name = code.slice(-1);
  else if (code === "NumpadEnter") name = "Enter";
  else if (code === "Slash") name = "/";
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey) parts.push("Shift");
  return parts.concat(name).join("+");
}

function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

// A printable key alone (or with Shift) belongs to typing; Tab and the arrows belong to the page.
function keyAllowed(name) {
  if (!name || /^(Shift\+)?.$/u.test(name) || /(^|\+)(Tab|Dead|Process|Unidentified|F5|F11|F12)$/.test(name)) return false;
  return !/^(Shift\+)?(Backspace|Delete|Arrow\w+|Home|End| )$/.test(name);
}

function loadKeys(account) {
  let own = {};
  try { own = JSON.parse(localStorage.getItem(KEY_STORE + account) || "{}"); } catch (error) { own = {}; }
  const keys = { ...DEFAULT_KEYS };
  for (const [action, name] of Object.entries(own)) if (action in keys && keyAllowed(name)) keys[action] = name;
  return keys;
}

function storeKeys(account, keys) {
  const own = {};
  for (const action of Object.keys(keys)) if (keys[action] !== DEFAULT_KEYS[action]) own[action] = keys[action];
  try { localStorage.setItem(KEY_STORE + account, JSON.stringify(own)); } catch (error) { /* kept for this page only */ }
}

function actionOf(event, keys) {
  const name = keyName(event);
  return Object.keys(keys).find((action) => keys[action] === name) || "";
}

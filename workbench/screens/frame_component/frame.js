// What the framework says in English of its own parts, in the menus of its tables and to those who hear the page read out,
// said in Vietnamese; work that waits in the browser; and the framework's scripts that the review needs, fetched while a person still looks at the first screen.

const WORDS = new Map(Object.entries({
  "Open": "Mở danh sách", "Clear value": "Xóa lựa chọn", "Clear all": "Bỏ chọn tất cả", "Select all": "Chọn tất cả",
  "Choose date": "Chọn ngày", "Choose an option": "Chọn", "Choose options": "Chọn",
  "Collapse sidebar": "Thu trình đơn", "Expand sidebar": "Mở trình đơn", "Sidebar": "Trình đơn",
  "Decrement": "Giảm", "Increment": "Tăng", "Show password": "Hiện chữ đã gõ", "Hide password": "Ẩn chữ đã gõ",
  "Show password text": "Hiện chữ đã gõ", "Hide password text": "Ẩn chữ đã gõ", "file upload": "Tệp cần nạp",
  "Close": "Đóng", "Dismiss": "Đóng", "Loading": "Đang tải", "Loading...": "Đang tải", "Running...": "Đang chạy",
  "Next": "Sau", "Previous": "Trước", "Previous month": "Tháng trước", "Next month": "Tháng sau",
  "Scroll left": "Cuộn sang trái", "Scroll right": "Cuộn sang phải", "Empty": "chưa ghi",
  "day": "ngày", "month": "tháng", "year": "năm",
  "Link to heading": "Liên kết tới mục này", "Copy to clipboard": "Chép", "Copied": "Đã chép", "Remove file": "Bỏ tệp",
  "Add files": "Thêm tệp", "Add file": "Thêm tệp",
  "Fullscreen": "Toàn màn hình", "Close fullscreen": "Thôi toàn màn hình", "Search": "Tìm", "Download as CSV": "Tải về (CSV)",
  "Show/hide columns": "Hiện, ẩn cột", "Vega visualization": "Biểu đồ", "visualization": "biểu đồ", "axis": "trục",
  "Selected values": "Các mục đã chọn", "Dataframe column menu": "Việc với cột", "Copy column name": "Chép tên cột",
  "Sort ascending": "Xếp tăng dần", "Sort descending": "Xếp giảm dần", "Autosize": "Vừa chữ trong cột", "Pin column": "Ghim cột",
  "Unpin column": "Bỏ ghim cột", "Hide column": "Ẩn cột", "text": "chữ", "number": "số", "checkbox": "đánh dấu", "list": "danh sách",
  "legend": "chú giải", "bar": "cột", "circle": "điểm", "point": "điểm", "progress": "tiến độ",
  "Show data": "Xem số liệu", "Show chart": "Xem biểu đồ", "Download as PNG": "Tải về (PNG)", "Download as SVG": "Tải về (SVG)",
  "Copy Vega-Lite spec": "Chép mô tả biểu đồ",
}));
// What charts say of their parts: "X-axis titled 'Tỷ lệ' for a linear scale with values from 0% to 45%".
const MARKS_OF_CHARTS = { rule: "vạch", symbol: "điểm", rect: "cột", line: "đường", group: "nhóm", text: "chữ", area: "vùng", arc: "phần" };
const MARK = /^(\w+) mark( container)?$/;
const AXIS = /^([XY])-axis(?: titled '(.*)')? for an? \w+ scale with (.*)$/s;
const LEGEND = /^\w+ legend(?: titled '(.*)')? for [\w ,]+ with (.*)$/s;
const BEGINNINGS = [["Help for ", "Giải thích: "], ["Remove ", "Bỏ "], ["Delete ", "Xóa "], ["Clear ", "Xóa "],
  ["day, ", "ngày, "], ["month, ", "tháng, "], ["year, ", "năm, "], ["Choose date, ", "Chọn ngày, "], ["Today, ", "Hôm nay, "]];
const MONTH = /^(\d{1,2}) – [A-Z][a-z]+$/;
const SPOKEN = ["aria-label", "title", "placeholder", "aria-valuetext", "aria-roledescription"];
const MENU_ITEM = '[data-testid="stDataFrameColumnMenu"] [role="menuitem"]';
const BUTTONS = '[data-testid="stButton"] button, [data-testid="stFormSubmitButton"] button';
const SEEN = [...SPOKEN.map((name) => `[${name}]`), 'a[href="#stMain"]', '[data-testid="stFileUploaderDropzone"] button', MENU_ITEM].join(",");

function extent(text) {
  const range = /^values from (.*) to (.*)$/s.exec(text), count = /^(\d+) values?: (.*)$/s.exec(text);
  if (range) return `giá trị từ ${range[1]} đến ${range[2]}`;
  return count ? `${count[1]} giá trị: ${count[2].replace(", ending with ", ", …, ")}` : text;
}

function ofChart(text) {
  const mark = MARK.exec(text), axis = AXIS.exec(text), legend = LEGEND.exec(text);
  const named = (part, title, said) => `${part}${title ? ` «${title}»` : ""}: ${extent(said)}`;
  if (mark && mark[1] in MARKS_OF_CHARTS) return (mark[2] ? "các " : "") + MARKS_OF_CHARTS[mark[1]];
  if (axis) return named(axis[1] === "X" ? "Trục ngang" : "Trục đứng", axis[2], axis[3]);
  return legend ? named("Chú giải", legend[1], legend[2]) : "";
}

function inVietnamese(text) {
  if (WORDS.has(text)) return WORDS.get(text);
  const chart = ofChart(text);
  if (chart) return chart;
  const month = MONTH.exec(text);
  if (month) return `tháng ${month[1]}`;
  const found = BEGINNINGS.find(([english]) => text.startsWith(english));
  return found ? found[1] + text.slice(found[0].length) : text;
}

function translate(node) {
  for (const name of SPOKEN) {
    const text = node.getAttribute(name), said = text && inVietnamese(text);
    if (said && said !== text) node.setAttribute(name, said);
  }
  if (node.matches('a[href="#stMain"]:not([aria-label])')) node.setAttribute("aria-label", "Tới nội dung chính");
  if (node.matches(MENU_ITEM)) for (const inside of node.childNodes) {
    if (inside.nodeType === Node.TEXT_NODE) inside.data = inVietnamese(inside.data);
  }
  // its own word, «Upload», is hidden and another stands in its place for those who see
  if (node.matches('[data-testid="stFileUploaderDropzone"] button:not([aria-label])')) node.setAttribute("aria-label", "Chọn tệp");
}

function translateWithin(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  translate(node);
  for (const inside of node.querySelectorAll(SEEN)) translate(inside);
}

function speakVietnamese() {
  document.documentElement.lang = "vi";
  translateWithin(document.body);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") translate(change.target);
      else change.addedNodes.forEach(translateWithin);
    }
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: SPOKEN });
}

// People double-click: the second click of a button would do the same again («tên này đã có» for an account just made),
// or hit whatever stands there by then.
function oneClickIsEnough() {
  document.addEventListener("click", (event) => {
    if (event.detail < 2 || !(event.target instanceof Element) || !event.target.closest(BUTTONS)) return;
    event.stopImmediatePropagation(); event.preventDefault();
  }, { capture: true });
}

function fetchAhead(files) {
  for (const file of files) {
    const link = document.createElement("link");
    link.rel = "modulepreload"; link.href = new URL(file, document.baseURI).href;
    document.head.append(link);
  }
}

const CLOSED = "sohotich.menu.closed";
const HIDES_MENU = '[data-testid="stSidebarCollapseButton"] button';
const SHOWS_MENU = '[data-testid="stExpandSidebarButton"]';

// Screens that need the whole width begin with the menu closed, also when somebody has opened it by hand, which the framework
// remembers for all screens; behind them it opens again.
function giveWidth(wide) {
  if (wide === window.sohotichWide) return;
  window.sohotichWide = wide;
  const closed = sessionStorage.getItem(CLOSED), button = document.querySelector(wide ? HIDES_MENU : SHOWS_MENU);
  if (!wide) sessionStorage.removeItem(CLOSED);
  if (!button || !(wide || closed)) return;
  if (wide) sessionStorage.setItem(CLOSED, "1");
  button.click();
}

// Once a page: it stays the same while screens come and go.
export default function mountFrame({ data }) {
  if (!window.sohotichFrame) { window.sohotichFrame = true; speakVietnamese(); oneClickIsEnough(); }
  giveWidth(data.wide);
  sendWaiting(data.account);
  if (data.ahead.length && !window.sohotichAhead) {
    window.sohotichAhead = true;
    (window.requestIdleCallback || setTimeout)(() => fetchAhead(data.ahead));
  }
}

// What the framework says in English of its own parts, to those who hear the page read out, said in Vietnamese; and the
// framework's scripts that the review needs, fetched while a person still looks at the first screen.

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
  "Fullscreen": "Toàn màn hình", "Close fullscreen": "Thôi toàn màn hình", "Search": "Tìm", "Download as CSV": "Tải về (CSV)",
  "Show/hide columns": "Hiện, ẩn cột", "Vega visualization": "Biểu đồ", "visualization": "biểu đồ", "axis": "trục",
  "legend": "chú giải", "bar": "cột", "line mark": "đường", "circle": "điểm",
}));
const BEGINNINGS = [["Help for ", "Giải thích: "], ["Remove ", "Bỏ "], ["Delete ", "Xóa "], ["Clear ", "Xóa "]];
const MONTH = /^(\d{1,2}) – [A-Z][a-z]+$/;
const SPOKEN = ["aria-label", "title", "placeholder", "aria-valuetext", "aria-roledescription"];
const SEEN = SPOKEN.map((name) => `[${name}]`).join(",");

function inVietnamese(text) {
  if (WORDS.has(text)) return WORDS.get(text);
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
  // its own word, «Upload», is hidden and another stands in its place for those who see
  if (node.matches('[data-testid="stFileUploaderDropzone"] button:not([aria-label])')) node.setAttribute("aria-label", "Chọn tệp");
}

function translateWithin(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  translate(node);
  for (const inside of node.querySelectorAll(`${SEEN},a[href="#stMain"],[data-testid="stFileUploaderDropzone"] button`)) translate(inside);
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

function fetchAhead(files) {
  for (const file of files) {
    const link = document.createElement("link");
    link.rel = "modulepreload"; link.href = new URL(file, document.baseURI).href;
    document.head.append(link);
  }
}

// Once a page: it stays the same while screens come and go.
export default function mountFrame({ data }) {
  if (!window.sohotichFrame) { window.sohotichFrame = true; speakVietnamese(); }
  if (data.ahead.length && !window.sohotichAhead) {
    window.sohotichAhead = true;
    (window.requestIdleCallback || setTimeout)(() => fetchAhead(data.ahead));
  }
}

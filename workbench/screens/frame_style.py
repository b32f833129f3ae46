"""How all screens look: bundled letters, room for the work, and Vietnamese in place of the framework's English."""

from __future__ import annotations

from workbench.letters import FACES

__all__ = ["STYLE"]

STYLE = (
    "<style>"
    + FACES
    + """
[data-testid="stHeader"] { height: 2.4rem; min-height: 2.4rem; background: transparent; }
[data-testid="stMainBlockContainer"] { padding: 2.2rem 1.2rem .3rem; max-width: 100%; }
[data-testid="stSidebarHeader"] { height: 2.4rem; min-height: 2.4rem; padding-bottom: 0; margin-bottom: 0; }
.st-key-menu { gap: 0 !important; }
.st-key-menu [data-testid="stPageLink-NavLink"] { min-height: 1.75rem; padding-top: .1rem; padding-bottom: .1rem; }
.st-key-menu h2 { font-size: .88rem; font-weight: 600; margin: 0; padding: .35rem 0 .1rem; color: #42505f; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: #42505f; opacity: 1; }
[data-testid="stSidebarUserContent"] { padding-top: .4rem; padding-bottom: .5rem; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: .4rem; }
[data-testid="stFileUploaderDropzoneInstructions"], [data-testid="stFileUploaderDropzone"] small { display: none; }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { content: "Chọn tệp"; font-size: 1rem; }
[role="listbox"][data-empty] span { font-size: 0; } /* the framework's "No results" */
[role="listbox"][data-empty] span::after { content: "Không có mục nào khớp"; font-size: .9rem; }
[data-testid="stSkipToContent"] { font-size: 0 !important; }
[data-testid="stSkipToContent"]::after { content: "Tới nội dung chính"; font-size: 1rem; }
[data-testid="stDateInput"] [data-placeholder="true"] { font-size: 0; }
[data-testid="stDateInput"] [data-placeholder="true"]::after { font-size: 1rem; }
[data-testid="stDateInput"] [data-type="day"]::after { content: "ngày"; }
[data-testid="stDateInput"] [data-type="month"]::after { content: "tháng"; }
[data-testid="stDateInput"] [data-type="year"]::after { content: "năm"; }
[data-testid="stDateInput"] :not([data-placeholder="true"])::after { content: none; }
[data-testid="stDataFrameColumnMenu"] [aria-haspopup] { display: none; } /* formats and statistics, in English */
[data-testid="stStatusWidget"], [data-testid="InputInstructions"] { display: none; } /* English, and over the letters */
/* Headings that leave the height to the work: what one does must not lie outside a low window. */
[data-testid="stMainBlockContainer"] h1 { font-size: 1.9rem; padding: 0 0 .4rem; }
[data-testid="stMainBlockContainer"] h2 { font-size: 1.65rem; padding: 0 0 .6rem; }
[data-testid="stMainBlockContainer"] h3 { font-size: 1.25rem; padding: 0 0 .5rem; }
/* English; and copies of tables that leave no trace */
[data-testid="stElementToolbar"], [data-testid="stHeaderActionElements"] { display: none; }
[data-testid="stLayoutWrapper"]:has(> .st-key-around) { display: none; }
[data-testid="stLayoutWrapper"]:has(> .st-key-told) { position: sticky; top: .4rem; z-index: 90; }
.st-key-told { background: #fff; border-radius: .5rem; }
/* Narrow windows and large letters: figures with their labels whole, choices on as many lines as they need. */
[data-testid="stMetric"] [data-testid="stMarkdownContainer"], [data-testid="stMetric"] p {
  white-space: normal; overflow: visible; text-overflow: clip; overflow-wrap: anywhere; }
[data-testid="stMetricValue"] { font-size: clamp(1.35rem, 2.4vw, 2.25rem); }
.stApp :is([data-testid="stButton"], [data-testid="stDownloadButton"], [data-testid="stFormSubmitButton"]) button
  :is(div, p) { white-space: normal; overflow: visible; text-overflow: clip; } /* what a button does is read whole */
[data-testid="stColumn"]:has([data-testid="stDateInput"]) { min-width: 10.5rem; }
.st-key-entry_view [data-testid="stColumn"] { min-width: 24rem; }
[data-testid="stCheckbox"] label p { white-space: normal; overflow: visible; text-overflow: clip; }
[data-testid="stWidgetLabel"] { color: #16202c; } /* also of a box that cannot be used now */
[data-testid="stButtonGroup"] > div { flex-wrap: wrap; overflow: visible; }
.waiting-work { position: fixed; top: .4rem; left: 50%; transform: translateX(-50%); z-index: 1000100; display: flex;
  gap: .8rem; align-items: center; max-width: min(46rem, 92vw); padding: .4rem .8rem; border-radius: .4rem;
  font-family: "Noto Sans VN", sans-serif; color: #16202c; background: #fff3dc; border: 1px solid #8a4b00;
  box-shadow: 0 2px 8px rgba(20, 28, 38, .25); }
.waiting-work[hidden] { display: none; }
.waiting-work[data-kind="good"] { background: #eaf6ee; border-color: #1b6e3c; }
.waiting-work[data-kind="stop"] { background: #fdecec; border-color: #a3161a; }
.waiting-work a { color: #0b5cad; font-weight: 600; white-space: nowrap; }
.waiting-work button { border: 0; background: transparent; font: inherit; cursor: pointer; }
/* Working screens: what is chosen stands on the line of the button that opens the menu. */
.st-key-topline { padding-left: 2.4rem; }
/* A book is known by its number: its box keeps its room, and what has none beside it stands on the next line. */
.st-key-topline > [data-testid="stElementContainer"]:has([data-testid="stSelectbox"]) { min-width: min(15rem, 80vw); }
@media (max-width: 1000px) { .st-key-topline [data-testid="stButtonGroup"] button { padding-inline: .5rem; } }
[data-testid="stMainBlockContainer"]:has(.st-key-topline) { padding-top: .45rem; }
.stApp:has(.st-key-topline) [data-testid="stHeader"] { width: 3.2rem; }
@media (max-width: 900px) {
  [data-testid="stHeader"] { width: 3.2rem; }
  [data-testid="stExpandSidebarButton"] { background: #fff; box-shadow: 0 0 0 1px #8a97a6; border-radius: 4px; }
}
</style>
"""
)

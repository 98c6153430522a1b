// A modest set of emoji names; any other shortcode is shown as it was written.

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏", eyes: "👀",
  smile: "😄", slightly_smiling_face: "🙂", grinning: "😀", joy: "😂", thinking_face: "🤔", cry: "😢", sleeping: "😴",
  tada: "🎉", sparkles: "✨", rocket: "🚀", fire: "🔥", bulb: "💡", star: "⭐", heart: "❤️", zap: "⚡", boom: "💥",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️",
  warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", exclamation: "❗", question: "❓", information_source: "ℹ️",
  rotating_light: "🚨", bell: "🔔", no_bell: "🔕", lock: "🔒", unlock: "🔓", key: "🔑", shield: "🛡️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", stopwatch: "⏱️", clock1: "🕐", calendar: "📆",
  zzz: "💤", moon: "🌔", crescent_moon: "🌙", sunny: "☀️", sunrise: "🌅", coffee: "☕", seedling: "🌱", evergreen_tree: "🌲",
  red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", small_blue_diamond: "🔹", arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️",
  arrow_down: "⬇️", arrows_counterclockwise: "🔄", repeat: "🔁", leftwards_arrow_with_hook: "↩️", link: "🔗", package: "📦",
  wrench: "🔧", hammer: "🔨", hammer_and_wrench: "🛠️", gear: "⚙️", construction: "🚧", test_tube: "🧪", microscope: "🔬",
  bug: "🐛", memo: "📝", pencil2: "✏️", clipboard: "📋", bar_chart: "📊", chart_with_upwards_trend: "📈", mag: "🔍",
  file_folder: "📁", wastebasket: "🗑️", inbox_tray: "📥", outbox_tray: "📤", mailbox: "📫", speech_balloon: "💬",
  computer: "💻", desktop_computer: "🖥️", floppy_disk: "💾", globe_with_meridians: "🌐", earth_africa: "🌍", house: "🏠",
  convenience_store: "🏪", shopping_trolley: "🛒", credit_card: "💳", moneybag: "💰", robot_face: "🤖", point_right: "👉",
  recycle: "♻️", parking: "🅿️", hatching_chick: "🐣", beach_with_umbrella: "🏖️", bust_in_silhouette: "👤", busts_in_silhouette: "👥",
};

/** The character of a shortcode without its colons, or undefined. */
export const emojiOf = (name) => (Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined);

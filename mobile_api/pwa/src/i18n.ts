/** The words of the screens, Chinese and English. Names of things come with the pack. */
import { keep, recall } from "./db";
import { Watched } from "./store";

type Pair = [zh: string, en: string];

const WORDS = {
  app: ["金质 · 现场检验", "Jinzhi · Field inspection"], today: ["今日", "Today"], scan: ["扫码", "Scan"], outbox: ["发件箱", "Outbox"],
  settings: ["设置", "Settings"], back: ["返回", "Back"],
  signIn: ["登录", "Sign in"], username: ["用户名", "User name"], password: ["密码", "Password"], otp: ["动态验证码", "One-time code"],
  signInAgain: ["请重新登录", "Sign in again"],
  expired: ["登录已失效。本机数据完好，请由 {0} 重新登录后继续发送。", "The sign-in has ended. Your work is still here; {0} must sign in again to send it."],
  expiredFree: ["登录已失效。本机没有未发送的工作，您或他人都可以登录。", "The sign-in has ended. Nothing is unsent; you or another person may sign in."],
  notYours: ["本机还有他人未发送的工作，只能由本人登录发送。", "Another person's unsent work is on this phone; only that person may sign in."],
  offline: ["无网络", "No network"], unreachable: ["连不上服务器，请稍后再试。", "The server cannot be reached; try again later."],
  packNone: ["本机还没有设备包", "No units on this phone yet"], packAsk: ["{0} 台设备，约 {1}", "{0} units, about {1}"], packTake: ["下载设备包", "Take the pack"],
  packTaking: ["正在下载 {0} / {1}", "Taking {0} / {1}"], packHas: ["本机 {0} 台设备 · 更新于 {1}", "{0} units on this phone · {1}"],
  packRefresh: ["更新设备包", "Refresh the pack"], packOther: ["换一种设备包", "Another pack"],
  packTasks: ["只带任务：{0} 台设备，约 {1}", "Tasks only: {0} units, about {1}"], packTakeTasks: ["只下载任务设备", "Take the units of my tasks"],
  packHasTasks: ["本机 {0} 台任务设备 · 更新于 {1}", "{0} units of tasks on this phone · {1}"],
  shellWhole: ["可离线使用", "Works without a network"], shellPart: ["扫码组件还没下载完，离线时请手工输入编号。", "No scanner yet; type codes while offline."],
  shellNone: ["还不能离线启动，请先保持联网。", "Cannot start without a network yet; stay online."],
  noRoom: ["手机存储打不开，可能已满。请清理空间后重试，数据仍在本机。", "The phone's storage does not open; it may be full. Free some space and try again; your work is still here."],
  retry: ["重试", "Try again"],
  packWhy: ["下载后，没有网络也能查设备、验标签、做检验。", "With it, units, tags and checklists work without a network."],
  search: ["搜索：编号、名称、单位、地址", "Code, name, user, address"], searchNone: ["没有找到", "Nothing found"],
  tasks: ["任务", "Tasks"], overdue: ["已超期", "Overdue"], soon: ["即将到期", "Due soon"], near: ["附近", "Near me"], noneHere: ["这里没有设备", "No units here"],
  noFix: ["还没有位置。请允许使用定位。", "No position yet. Allow location."], more: ["再显示一些", "Show more"],
  scanHint: ["把二维码放进框里", "Hold the symbol in the frame"], scanType: ["输入标签编号", "Type the tag code"], scanGo: ["查", "Look up"], torch: ["照明", "Torch"],
  cameraNone: ["不能使用摄像头，请输入编号。", "The camera cannot be used; type the code."], cameraWait: ["正在打开摄像头…", "Opening the camera…"],
  scanNotSaved: ["扫码没有保存，可能是手机存储空间已满。请先联网发送或清理手机，再扫一次。", "The scan was not saved; the phone may be full. Send what waits or free some space, then try again."],
  malformed: ["不是标签编号：应为 12 位字母数字，不含 0、1、I、L、O。", "Not a tag code: 12 letters and digits, without 0, 1, I, L and O."],
  check: ["编号有一位不对，请再看一遍。", "One symbol of the code is wrong; read it again."],
  genuine: ["真标签，设备在用", "Genuine, unit in service"], genuineBut: ["真标签，但设备：{0}", "Genuine, but the unit: {0}"],
  genuineMore: ["标签与登记一致。", "The tag agrees with the register."], void: ["标签已作废", "Tag retired"],
  voidMore: ["这张标签已收回，不能作为依据。请查明设备的现用标签。", "This tag was withdrawn and proves nothing. Look for the unit's present tag."],
  free: ["标签未使用", "Tag not in use"], freeMore: ["标签是真的，但还没有绑定设备。", "The tag is genuine, but on no unit yet."],
  unknown: ["辖区登记中没有此标签", "Not among the tags of your area"],
  unknownMore: ["可能属于外辖区，也可能是假标签。联网后自动核对。", "It belongs elsewhere, or it is false. Checked as soon as there is a network."],
  unjudged: ["本机无法判断", "This phone cannot tell"],
  unjudgedMore: ["本机没有辖区全部标签。联网后自动核对。", "It does not carry all tags of your area. Checked as soon as there is a network."],
  unknownHere: ["登记中没有此标签", "Unknown to the register"], unknownHereMore: ["服务器已核对：没有发放过这个编号。", "The server says: no such code was ever issued."],
  foreign: ["外辖区的设备", "A unit of another area"], foreignMore: ["标签是真的，设备不在您的辖区。", "The tag is genuine; the unit is outside your area."],
  asOf: ["依据本机设备包（{0}）", "By the pack on this phone ({0})"], asServer: ["服务器刚刚核对", "Checked by the server just now"],
  openUnit: ["打开设备", "Open the unit"], scanAgain: ["再扫一个", "Scan another"],
  device: ["设备代码", "Device code"], cert: ["使用登记证", "Registration"], internal: ["单位内编号", "Internal number"], user: ["使用单位", "Using unit"],
  address: ["地址", "Address"], region: ["区域", "Region"], grade: ["安全状况等级", "Safety grade"], tag: ["标签", "Tag"], category: ["类别", "Category"],
  noUnit: ["本机没有这台设备", "This unit is not on this phone"],
  clocks: ["检验期限", "Inspections due"], lastOn: ["上次 {0}", "last {0}"], dueOn: ["应于 {0} 前", "due by {0}"], noDue: ["未定", "not set"],
  late: ["超期 {0} 天", "{0} days late"], opens: ["{0} 起可检", "may begin {0}"], left: ["还有 {0} 天", "{0} days left"],
  lastInspection: ["最近检验", "Last inspection"], openDefects: ["未整改隐患", "Open defects"], none: ["无", "None"], history: ["历史", "History"],
  photos: ["照片", "Photos"], onlyOnline: ["联网后显示历史与照片。", "History and photos appear with a network."],
  start: ["开始检验", "Start inspection"], continueDraft: ["继续填写", "Continue the report"],
  pending: ["本机有 {0} 份报告待送达", "{0} reports on their way from this phone"],
  day: ["检验日期", "Day of the inspection"], daySame: ["不填则与原报告相同。", "Left empty: that of the report corrected."],
  dayAhead: ["检验日期不能晚于今天。", "The inspection cannot be later than today."],
  tooEarly: ["{0}自 {1} 起方可进行；现在提交会被接收并标注为提前。", "{0} may begin on {1}; filed now, it is taken and marked as early."],
  otherWindow: ["这份报告正在另一个窗口填写，请到那里继续或关闭它。", "This report is open in another window: go on there, or close it."],
  filedHere: ["今天已在本机提交", "Filed on this phone today"],
  report: ["检验报告", "Inspection report"], correction: ["更正报告", "Correction"], checklist: ["项目表", "Checklist"], kind: ["检验类别", "Kind of inspection"],
  pass: ["合格", "Pass"], fail: ["不合格", "Fail"], na: ["无此项", "N/A"], required: ["必填", "required"], limits: ["{0} ～ {1}", "{0} to {1}"],
  outOfRange: ["应在 {0} 与 {1} 之间", "Between {0} and {1}"], notNumber: ["请填数字，例如 12.5", "Write a number, such as 12.5"],
  defects: ["隐患", "Defects"], addDefect: ["添加隐患", "Add a defect"], defectText: ["隐患描述", "What is wrong"], general: ["一般", "General"],
  serious: ["严重", "Serious"], remove: ["删除", "Remove"], item: ["项目", "Item"], addPhoto: ["拍照", "Photo"],
  photosInWork: ["还有 {0} 张照片正在处理，处理完即可提交。", "{0} photos are being made ready; then the report can be filed."], photoAlt: ["照片 {0}", "Photo {0}"],
  photoFail: ["这张照片读不出来，请重拍。", "This photo cannot be read; take it again."],
  photoUnreadable: ["手机已读不出这张照片", "The phone can no longer read this photo."], closes: ["已整改（关闭）", "Put right (close)"],
  photosMost: ["最多 {0} 张照片，另有 {1} 张没有加入。", "At most {0} photos; {1} were not added."], defectBlank: ["请写明隐患。", "Say what is wrong."],
  defectsBlank: ["{0} 处隐患没有写明", "{0} defects without a text"],
  conclusion: ["结论", "Conclusion"], remark: ["备注", "Remark"], reason: ["更正原因", "Reason for the correction"], file: ["提交报告", "File the report"],
  missing: ["还有 {0} 项未填", "{0} items to answer"], discard: ["放弃草稿", "Discard the draft"],
  discardAsk: ["放弃这份草稿和它的照片？", "Discard this draft and its photos?"], saved: ["草稿已保存", "Draft saved"], saving: ["正在保存…", "Saving…"],
  notSaved: ["没有保存成功，请检查手机存储空间。", "Not saved; check the phone's storage."], noChecklist: ["没有适用的项目表，请更新设备包。", "No checklist fits; refresh the pack."],
  checklistGone: ["这份草稿的项目表本机已没有，请另选一份。", "The checklist of this draft is no longer on this phone; choose another."],
  drafts: ["未完成的报告", "Unfinished reports"], noDraft: ["这份草稿已不在本机", "This draft is no longer on this phone"],
  safety_grade: ["安全状况等级", "Safety grade"], monitored_months: ["监控使用期限（月）", "Use under watch (months)"], stated_next_on: ["下次检验日期", "Next inspection"],
  opinion_notice_no: ["检验意见通知书编号", "Opinion notice number"], opinion_answered_on: ["意见通知书回复日期", "Notice answered on"],
  report_no: ["报告编号", "Report number"], second_inspector: ["另一名检验员", "Second inspector"], body: ["检验机构", "Inspection body"],
  conclusion_reason: ["理由", "Reason"],
  needed: ["请填写", "Fill this in"], wrongMonths: ["请填整月数，0 至 120", "Whole months, 0 to 120"], wrongNext: ["须晚于检验日期", "Later than the inspection"],
  wrongAhead: ["不能晚于今天", "Not later than today"],
  doubts: ["报告前后不一致", "The report contradicts itself"], lookAgain: ["返回修改", "Go back"], fileAnyway: ["说明理由并提交", "File with this reason"],
  atMost: ["可使用至 {0}", "May be used until {0}"], fromDay: ["自 {0} 起", "From {0}"], whyNot: ["不得使用的原因", "Why it must not be used"],
  awaits: ["已送达，待审批", "On the server, waits for approval"],
  allThere: ["全部已送达服务器", "Everything is on the server"], checkedAt: ["{0} 与服务器回执核对", "Checked against the receipts, {0}"],
  unsent: ["{0} 项未送达", "{0} not on the server"], bytesToGo: ["还要发送 {0}", "{0} to go"], sendNow: ["立即发送", "Send now"], sending: ["正在发送…", "Sending…"],
  emptyBox: ["没有记录", "Nothing here"], nothingYet: ["没有待发送的工作。", "Nothing waits to be sent."],
  notChecked: ["等待服务器回执核对", "Waiting for the server's receipt"], lacking: ["服务器还缺 {0} 张照片，本机已没有", "{0} photos are neither on the server nor here"],
  copies: ["其余已送达；{0} 项未被接受，已存副本", "All else is there; {0} refused, copies saved"], copyAsk: ["副本文件已保存好了吗？", "Has the copy been saved as a file?"],
  queued: ["待发送", "To be sent"], waiting: ["已收到，等照片或前一份", "Received, waits for photos or an earlier one"], accepted: ["已送达", "On the server"],
  duplicate: ["已送达", "On the server"], held: ["已收到，待人工处理", "Received, staff must look"], conflict: ["已收到，内容冲突待处理", "Received, conflict to be settled"],
  rejected: ["未被接受", "Refused"], correct: ["更正", "Correct"], sendAgain: ["重新发送", "Send again"], saveCopy: ["保存副本", "Save a copy"],
  copySaved: ["副本已保存", "Copy saved"],
  photoQueued: ["待发送", "To be sent"], photoThere: ["已送达", "On the server"], photoRefused: ["未被接受", "Refused"], photoDraft: ["草稿", "Draft"],
  typeScan: ["扫码", "Scan"], typeReport: ["报告", "Report"], typeCorrection: ["更正", "Correction"], retryAt: ["{0} 秒后自动重试", "tries again in {0} s"],
  of: ["{0} / {1}", "{0} of {1}"],
  language: ["语言", "Language"], largeType: ["大字", "Large type"], signOut: ["退出登录", "Sign out"],
  signOutNo: ["还有未送达的工作，不能退出。", "Work is not on the server yet; you cannot sign out."], signedInAs: ["当前用户", "Signed in as"],
  storage: ["本机存储", "Storage"], persisted: ["已获保护", "protected"], notPersisted: ["系统可能清理，请尽快发送", "the system may clear it; send soon"],
  version: ["版本", "Version"], newVersion: ["有新版本", "New version"], reload: ["更新", "Update"],
  signOutAsk: ["退出登录并清除本机数据？", "Sign out and clear this phone?"], duty: ["辖区", "Area"],
} satisfies Record<string, Pair>;

/** What the server or the phone found odd in a report or a scan, where the inspector can do something about it. */
const ODDITIES: Record<string, Pair> = {
  "tag-unknown": ["登记中没有这个标签，请核实是否为假标签", "The register has no such tag: see whether it is false"], "tag-ended": ["标签已作废", "The tag was withdrawn"],
  "tag-moved": ["标签现在属于另一台设备", "The tag now belongs to another unit"], "unit-changed": ["设备资料在此期间有变更", "The unit has changed meanwhile"],
  "unit-ended": ["设备已注销、报废或迁出", "The unit was scrapped, cancelled or moved out"],
  "unit-elsewhere": ["设备已移装到其他辖区", "The unit has moved to another area"], "checklist-ended": ["项目表已有新版", "The checklist has a newer version"],
  twin: ["同日另有一份同类报告", "Another report of this kind has the same day"], "photos-missing": ["缺照片，由管理人员受理", "Accepted by staff without all photos"],
  "predecessor-missing": ["未等前一份，由管理人员受理", "Accepted by staff without the one before"],
  "defect-closed": ["所关闭的隐患已由他人关闭", "A defect was closed by another before"], "too-early": ["早于可检日期", "Earlier than the inspection may be"],
  clock: ["手机时间不对，请校准", "The phone's clock is wrong: set it"], "passed-all-failed": ["项目全部不合格，结论却为合格", "Every item failed, yet it passed"],
  "passed-item-failed": ["有必填项目不合格，结论却为合格", "A required item failed, yet it passed"],
  "failed-all-passed": ["项目全部合格、没有隐患，结论却为不合格", "Every item passed and there is no defect, yet it failed"],
  "passed-nothing-seen": ["项目全部为“无此项”，结论却为合格", "Every item is N/A, yet it passed"],
  "passed-with-serious": ["有严重隐患未消除，结论却为合格", "A serious defect is open, yet it passed"],
  "generic-checklist": ["有专用项目表，却用了通用项目表", "The general checklist, though there is a special one"],
  "kind-unfit": ["此类设备没有这种检验", "Such a unit has no inspection of this kind"],
  "conclusion-unfit": ["结论用语不适用于这种检验", "The conclusion does not fit this inspection"],
  "repeats-nothing": ["复检之前没有不合格的检验", "Nothing failed before this re-inspection"],
};

const STANDINGS: Record<string, Pair> = {
  in_order: ["在检合格", "In order"], due_soon: ["即将到期", "Due soon"], overdue: ["检验超期", "Overdue"], held: ["不得使用", "Must not be used"],
  serious_defect: ["严重缺陷未消除", "Serious defect not put right"], check_late: ["使用单位自检逾期", "User's own check late"], stopped: ["已停用", "Stopped"],
  scrapped: ["已注销，禁止使用", "Scrapped, do not use"], unregistered: ["未办使用登记", "Not registered"],
};

export const language = new Watched<"zh" | "en">("zh");

function spoken([zh, en]: Pair): string {
  return language.value === "en" ? en : zh;
}

export function t(key: keyof typeof WORDS, ...parts: (string | number)[]): string {
  return spoken(WORDS[key] as Pair).replace(/\{(\d)\}/g, (_, place: string) => String(parts[Number(place)] ?? ""));
}

export function oddity(code: string): string | undefined {
  const pair = ODDITIES[code];
  return pair && spoken(pair);
}

export function standingName(word: string): string {
  const pair = STANDINGS[word];
  return pair ? spoken(pair) : word;
}

export async function loadLanguage(): Promise<void> {
  const chosen = await recall<"zh" | "en">("language");
  const own = navigator.languages.some((tag) => tag.startsWith("zh")) || !navigator.language.startsWith("en");
  language.watch((tag) => (document.documentElement.lang = tag === "en" ? "en" : "zh-CN"));
  language.set(chosen ?? (own ? "zh" : "en"));
}

export async function speak(tag: "zh" | "en"): Promise<void> {
  await keep("language", tag);
  language.set(tag);
}

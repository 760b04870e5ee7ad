/** The words of the screens, Chinese first. Names of things come with the pack. */
import { keep, recall } from "./db";
import { Watched } from "./store";

const zh = {
  app: "金质 · 现场检验", today: "今日", scan: "扫码", outbox: "发件箱", settings: "设置", back: "返回",
  signIn: "登录", username: "用户名", password: "密码", otp: "动态验证码", signInAgain: "请重新登录",
  expired: "登录已失效。本机数据完好，请由 {0} 重新登录后继续发送。", expiredFree: "登录已失效。本机没有未发送的工作，您或他人都可以登录。", notYours: "本机还有他人未发送的工作，只能由本人登录发送。",
  offline: "无网络", unreachable: "连不上服务器，请稍后再试。",
  packNone: "本机还没有设备包", packAsk: "{0} 台设备，约 {1}", packTake: "下载设备包", packTaking: "正在下载 {0} / {1}", packHas: "本机 {0} 台设备 · 更新于 {1}", packRefresh: "更新设备包", packOther: "换一种设备包", packTasks: "只带任务：{0} 台设备，约 {1}", packTakeTasks: "只下载任务设备", packHasTasks: "本机 {0} 台任务设备 · 更新于 {1}",
  shellWhole: "可离线使用", shellPart: "扫码组件还没下载完，离线时请手工输入编号。", shellNone: "还不能离线启动，请先保持联网。", noRoom: "手机存储打不开，可能已满。请清理空间后重试，数据仍在本机。", retry: "重试",
  packWhy: "下载后，没有网络也能查设备、验标签、做检验。", search: "搜索：编号、名称、单位、地址", searchNone: "没有找到",
  tasks: "任务", overdue: "已超期", soon: "即将到期", near: "附近", noneHere: "这里没有设备", noFix: "还没有位置。请允许使用定位。", more: "再显示一些",
  scanHint: "把二维码放进框里", scanType: "输入标签编号", scanGo: "查", torch: "照明", cameraNone: "不能使用摄像头，请输入编号。", cameraWait: "正在打开摄像头…", scanNotSaved: "扫码没有保存，可能是手机存储空间已满。请先联网发送或清理手机，再扫一次。",
  malformed: "不是标签编号：应为 12 位字母数字，不含 0、1、I、L、O。", check: "编号有一位不对，请再看一遍。",
  genuine: "真标签，设备在用", genuineBut: "真标签，但设备：{0}", genuineMore: "标签与登记一致。", void: "标签已作废", voidMore: "这张标签已收回，不能作为依据。请查明设备的现用标签。",
  free: "标签未使用", freeMore: "标签是真的，但还没有绑定设备。", unknown: "辖区登记中没有此标签", unknownMore: "可能属于外辖区，也可能是假标签。联网后自动核对。", unjudged: "本机无法判断", unjudgedMore: "本机没有辖区全部标签。联网后自动核对。",
  unknownHere: "登记中没有此标签", unknownHereMore: "服务器已核对：没有发放过这个编号。", foreign: "外辖区的设备", foreignMore: "标签是真的，设备不在您的辖区。",
  asOf: "依据本机设备包（{0}）", asServer: "服务器刚刚核对", openUnit: "打开设备", scanAgain: "再扫一个",
  device: "设备代码", cert: "使用登记证", internal: "单位内编号", user: "使用单位", address: "地址", region: "区域", grade: "安全状况等级", tag: "标签", category: "类别", noUnit: "本机没有这台设备",
  clocks: "检验期限", lastOn: "上次 {0}", dueOn: "应于 {0} 前", noDue: "未定", late: "超期 {0} 天", opens: "{0} 起可检", left: "还有 {0} 天", lastInspection: "最近检验", openDefects: "未整改隐患", none: "无", history: "历史", photos: "照片", onlyOnline: "联网后显示历史与照片。",
  start: "开始检验", continueDraft: "继续填写", pending: "本机有 {0} 份报告待送达",
  day: "检验日期", daySame: "不填则与原报告相同。", dayAhead: "检验日期不能晚于今天。", tooEarly: "{0}自 {1} 起方可进行；现在提交会被接收并标注为提前。", otherWindow: "这份报告正在另一个窗口填写，请到那里继续或关闭它。", filedHere: "今天已在本机提交",
  report: "检验报告", correction: "更正报告", checklist: "项目表", kind: "检验类别", pass: "合格", fail: "不合格", na: "无此项", required: "必填", limits: "{0} ～ {1}", outOfRange: "应在 {0} 与 {1} 之间", notNumber: "请填数字，例如 12.5",
  defects: "隐患", addDefect: "添加隐患", defectText: "隐患描述", general: "一般", serious: "严重", remove: "删除", item: "项目", addPhoto: "拍照", photosInWork: "还有 {0} 张照片正在处理，处理完即可提交。", photoAlt: "照片 {0}", photoFail: "这张照片读不出来，请重拍。", photoUnreadable: "手机已读不出这张照片", closes: "已整改（关闭）", photosMost: "最多 {0} 张照片，另有 {1} 张没有加入。", defectBlank: "请写明隐患。", defectsBlank: "{0} 处隐患没有写明",
  conclusion: "结论", remark: "备注", reason: "更正原因", file: "提交报告", missing: "还有 {0} 项未填", discard: "放弃草稿", discardAsk: "放弃这份草稿和它的照片？", saved: "草稿已保存", saving: "正在保存…", notSaved: "没有保存成功，请检查手机存储空间。", noChecklist: "没有适用的项目表，请更新设备包。", checklistGone: "这份草稿的项目表本机已没有，请另选一份。", drafts: "未完成的报告", noDraft: "这份草稿已不在本机",
  allThere: "全部已送达服务器", checkedAt: "{0} 与服务器回执核对", unsent: "{0} 项未送达", bytesToGo: "还要发送 {0}", sendNow: "立即发送", sending: "正在发送…", emptyBox: "没有记录", nothingYet: "没有待发送的工作。", notChecked: "等待服务器回执核对", lacking: "服务器还缺 {0} 张照片，本机已没有", copies: "其余已送达；{0} 项未被接受，已存副本", copyAsk: "副本文件已保存好了吗？",
  queued: "待发送", waiting: "已收到，等照片或前一份", accepted: "已送达", duplicate: "已送达", held: "已收到，待人工处理", conflict: "已收到，内容冲突待处理", rejected: "未被接受", correct: "更正", sendAgain: "重新发送", saveCopy: "保存副本", copySaved: "副本已保存",
  photoQueued: "待发送", photoThere: "已送达", photoRefused: "未被接受", photoDraft: "草稿", typeScan: "扫码", typeReport: "报告", typeCorrection: "更正", retryAt: "{0} 秒后自动重试", of: "{0} / {1}",
  language: "语言", largeType: "大字", signOut: "退出登录", signOutNo: "还有未送达的工作，不能退出。", signedInAs: "当前用户", storage: "本机存储", persisted: "已获保护", notPersisted: "系统可能清理，请尽快发送", version: "版本", newVersion: "有新版本", reload: "更新", signOutAsk: "退出登录并清除本机数据？", duty: "辖区",
  flags: {
    "tag-unknown": "登记中没有这个标签，请核实是否为假标签", "tag-ended": "标签已作废", "tag-moved": "标签现在属于另一台设备",
    "unit-changed": "设备资料在此期间有变更", "unit-ended": "设备已注销、报废或迁出", "unit-elsewhere": "设备已移装到其他辖区", "checklist-ended": "项目表已有新版", twin: "同日另有一份同类报告",
    "photos-missing": "缺照片，由管理人员受理", "predecessor-missing": "未等前一份，由管理人员受理", "defect-closed": "所关闭的隐患已由他人关闭", "too-early": "早于可检日期", clock: "手机时间不对，请校准",
  } as Record<string, string>,
  kinds: { periodic: "定期检验", external: "外部检验", internal: "内部检验", annual: "年度检查", full: "全面检验", self_detection: "自行检测", first: "首次检验", sup_installation: "安装监督检验", sup_modification: "改造监督检验", sup_repair: "重大修理监督检验", sup_manufacture: "制造监督检验", safety_assessment: "安全评估", accident: "事故后检验" } as Record<string, string>,
  conclusions: { pass: "合格", fail: "不合格", repass: "复检合格", refail: "复检不合格", conforms: "符合要求", basically: "基本符合要求", not_conforms: "不符合要求" } as Record<string, string>,
  standings: { in_order: "在检合格", due_soon: "即将到期", overdue: "检验超期", failed: "不合格，禁止使用", stopped: "已停用", scrapped: "已注销，禁止使用", unregistered: "未办使用登记" } as Record<string, string>,
};

type Words = typeof zh;

const en: Words = {
  app: "Jinzhi · Field inspection", today: "Today", scan: "Scan", outbox: "Outbox", settings: "Settings", back: "Back",
  signIn: "Sign in", username: "User name", password: "Password", otp: "One-time code", signInAgain: "Sign in again",
  expired: "Your sign-in has ended. Everything on this phone is safe; {0} must sign in again to send it.", expiredFree: "The sign-in has ended. Nothing unsent is on this phone; you or another person may sign in.", notYours: "Another person's unsent work is on this phone; only that person may sign in.",
  offline: "No network", unreachable: "The server cannot be reached; try again later.",
  packNone: "No units on this phone yet", packAsk: "{0} units, about {1}", packTake: "Take the pack", packTaking: "Taking {0} / {1}", packHas: "{0} units on this phone · {1}", packRefresh: "Refresh the pack", packOther: "Another pack", packTasks: "Tasks only: {0} units, about {1}", packTakeTasks: "Take the units of my tasks", packHasTasks: "{0} units of tasks on this phone · {1}",
  shellWhole: "Works without a network", shellPart: "The scanner is not here yet; type codes while offline.", shellNone: "Cannot start without a network yet; stay online.", noRoom: "The phone's storage does not open; it may be full. Free some space and try again; your work is still here.", retry: "Try again",
  packWhy: "With it, units, tags and checklists work without a network.", search: "Search: code, name, user, address", searchNone: "Nothing found",
  tasks: "Tasks", overdue: "Overdue", soon: "Due soon", near: "Near me", noneHere: "No units here", noFix: "No position yet. Allow location.", more: "Show more",
  scanHint: "Hold the symbol in the frame", scanType: "Type the tag code", scanGo: "Look up", torch: "Torch", cameraNone: "The camera cannot be used; type the code.", cameraWait: "Opening the camera…", scanNotSaved: "The scan was not saved; the phone may be full. Send what waits or free some space, then scan again.",
  malformed: "Not a tag code: 12 letters and digits, without 0, 1, I, L and O.", check: "One symbol of the code is wrong; read it again.",
  genuine: "Genuine, unit in service", genuineBut: "Genuine, but the unit: {0}", genuineMore: "The tag agrees with the register.", void: "Tag retired", voidMore: "This tag was withdrawn and proves nothing. Look for the unit's present tag.",
  free: "Tag not in use", freeMore: "The tag is genuine, but on no unit yet.", unknown: "Not among the tags of your area", unknownMore: "It belongs elsewhere, or it is false. Checked as soon as there is a network.", unjudged: "This phone cannot tell", unjudgedMore: "It does not carry all tags of your area. Checked as soon as there is a network.",
  unknownHere: "Unknown to the register", unknownHereMore: "Checked by the server: no such code was ever issued.", foreign: "A unit of another area", foreignMore: "The tag is genuine; the unit is outside your area.",
  asOf: "By the pack on this phone ({0})", asServer: "Checked by the server just now", openUnit: "Open the unit", scanAgain: "Scan another",
  device: "Device code", cert: "Registration", internal: "Internal number", user: "Using unit", address: "Address", region: "Region", grade: "Safety grade", tag: "Tag", category: "Category", noUnit: "This unit is not on this phone",
  clocks: "Inspections due", lastOn: "last {0}", dueOn: "due by {0}", noDue: "not set", late: "{0} days late", opens: "may begin {0}", left: "{0} days left", lastInspection: "Last inspection", openDefects: "Open defects", none: "None", history: "History", photos: "Photos", onlyOnline: "History and photos appear with a network.",
  start: "Start inspection", continueDraft: "Continue the report", pending: "{0} reports on their way from this phone",
  day: "Day of the inspection", daySame: "Left empty: that of the report corrected.", dayAhead: "The inspection cannot be later than today.", tooEarly: "{0} may begin on {1}; filed now, it is taken and marked as early.", otherWindow: "This report is open in another window: go on there, or close it.", filedHere: "Filed on this phone today",
  report: "Inspection report", correction: "Correction", checklist: "Checklist", kind: "Kind of inspection", pass: "Pass", fail: "Fail", na: "N/A", required: "required", limits: "{0} to {1}", outOfRange: "Between {0} and {1}", notNumber: "Write a number, such as 12.5",
  defects: "Defects", addDefect: "Add a defect", defectText: "What is wrong", general: "General", serious: "Serious", remove: "Remove", item: "Item", addPhoto: "Photo", photosInWork: "{0} photos are being made ready; then the report can be filed.", photoAlt: "Photo {0}", photoFail: "This photo cannot be read; take it again.", photoUnreadable: "The phone can no longer read this photo.", closes: "Put right (close)", photosMost: "At most {0} photos; {1} were not added.", defectBlank: "Say what is wrong.", defectsBlank: "{0} defects without a text",
  conclusion: "Conclusion", remark: "Remark", reason: "Reason for the correction", file: "File the report", missing: "{0} items to answer", discard: "Discard the draft", discardAsk: "Discard this draft and its photos?", saved: "Draft saved", saving: "Saving…", notSaved: "Not saved; check the phone's storage.", noChecklist: "No checklist fits; refresh the pack.", checklistGone: "The checklist of this draft is no longer on this phone; choose another.", drafts: "Unfinished reports", noDraft: "This draft is no longer on this phone",
  allThere: "Everything is on the server", checkedAt: "Checked against the receipts, {0}", unsent: "{0} not on the server", bytesToGo: "{0} to go", sendNow: "Send now", sending: "Sending…", emptyBox: "Nothing here", nothingYet: "Nothing waits to be sent.", notChecked: "Waiting for the server's receipt", lacking: "{0} photos are neither on the server nor here", copies: "All else is there; {0} refused, copies saved", copyAsk: "Has the copy been saved as a file?",
  queued: "To be sent", waiting: "Received, waits for photos or an earlier one", accepted: "On the server", duplicate: "On the server", held: "Received, staff must look", conflict: "Received, conflict to be settled", rejected: "Refused", correct: "Correct", sendAgain: "Send again", saveCopy: "Save a copy", copySaved: "Copy saved",
  photoQueued: "To be sent", photoThere: "On the server", photoRefused: "Refused", photoDraft: "Draft", typeScan: "Scan", typeReport: "Report", typeCorrection: "Correction", retryAt: "tries again in {0} s", of: "{0} of {1}",
  language: "Language", largeType: "Large type", signOut: "Sign out", signOutNo: "Work is not on the server yet; you cannot sign out.", signedInAs: "Signed in as", storage: "Storage", persisted: "protected", notPersisted: "the system may clear it; send soon", version: "Version", newVersion: "New version", reload: "Update", signOutAsk: "Sign out and clear this phone?", duty: "Area",
  flags: {
    "tag-unknown": "The register has no such tag: see whether it is false", "tag-ended": "The tag was withdrawn", "tag-moved": "The tag now belongs to another unit",
    "unit-changed": "The unit has changed meanwhile", "unit-ended": "The unit was scrapped, cancelled or moved out", "unit-elsewhere": "The unit has moved to another area", "checklist-ended": "The checklist has a newer version", twin: "Another report of this kind has the same day",
    "photos-missing": "Accepted by staff without all photos", "predecessor-missing": "Accepted by staff without the one before", "defect-closed": "A defect was closed by another before", "too-early": "Earlier than the inspection may be", clock: "The phone's clock is wrong: set it",
  },
  kinds: { periodic: "Periodic", external: "External", internal: "Internal", annual: "Annual check", full: "Full", self_detection: "Self-detection", first: "First", sup_installation: "Supervised installation", sup_modification: "Supervised modification", sup_repair: "Supervised repair", sup_manufacture: "Supervised manufacture", safety_assessment: "Safety assessment", accident: "After an accident" },
  conclusions: { pass: "Passed", fail: "Failed", repass: "Passed on re-inspection", refail: "Failed on re-inspection", conforms: "Conforms", basically: "Basically conforms", not_conforms: "Does not conform" },
  standings: { in_order: "In order", due_soon: "Due soon", overdue: "Overdue", failed: "Failed, do not use", stopped: "Stopped", scrapped: "Scrapped, do not use", unregistered: "Not registered" },
};

type Plain = { [K in keyof Words]: Words[K] extends string ? K : never }[keyof Words];

export const language = new Watched<"zh" | "en">("zh");

export function words(): Words {
  return language.value === "en" ? en : zh;
}

export function t(key: Plain, ...parts: (string | number)[]): string {
  return words()[key].replace(/\{(\d)\}/g, (_, place: string) => String(parts[Number(place)] ?? ""));
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

/**
 * Who is told what, and how: the one table that messages are made from. docs/who-is-told.md says the same to people (a
 * test holds the two equal).
 */

/** Who hears of it. `officer` and `official` are named by whoever tells; the others follow from the enterprise. */
export type Who = 'officer' | 'officers' | 'point_officer' | 'official' | 'township' | 'enforcement' | 'regulator';

/**
 * message: to the phone (officers: WeChat, as far as they have allowed it; officials: the work chat) and into the app.
 * digest: into the app at once, and to the phone with the morning's summary, every working morning until it is done.
 * app: into the app only.
 */
export type Channel = 'message' | 'digest' | 'app';

/** When phones stay quiet: never; from 21:00 to 07:30; outside office hours. In the app it stands at once. */
export type Quiet = 'never' | 'night' | 'off_hours';

export interface Kind {
  /** What has happened, for people who read the document. */
  what: string;
  who: readonly Who[];
  channel: Channel;
  quiet: Quiet;
  /** {names} are filled in by whoever tells. */
  title: string;
  body: string;
  /** 'HH:mm' of its date after which no phone is told any more. */
  until?: string;
  /** Event that it is told of where nothing beyond {enterprise} and the event's own fields has to be filled in. */
  on?: string;
  page?: string;
}

const TODAY = 'pages/officer/today/index';
const OUTBOX = 'pages/officer/outbox/index';
const HOME = 'pages/township/home/index';

const toOfficers = { who: ['officers'], page: TODAY } as const;

export const KINDS = {
  // The day of an officer
  dailyList: {
    what: '当天有检查任务（08:00）',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '今日检查任务',
    body: '今天有 {count} 个点位要检查，20:00 前完成。',
    until: '20:00',
    page: TODAY,
  },
  reminder: {
    what: '当天还有任务没做完（16:00）',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '还有检查没完成',
    body: '还有 {count} 个点位没有检查，20:00 截止，最迟明天 10:00 前补报。',
    until: '20:00',
    page: TODAY,
  },
  'inspection.ordered': {
    what: '监管人员安排加查',
    who: ['point_officer'],
    channel: 'message',
    quiet: 'night',
    title: '监管人员安排了一次加查',
    body: '日期 {date}，原因：{reason}',
    page: TODAY,
  },
  'photo.wanted': {
    what: '照片没有传到或无法读取',
    who: ['officer'],
    channel: 'app',
    quiet: 'never',
    title: '有照片需要补传',
    body: '有照片没有传到或无法读取，上报本身没有丢失。请打开应用补传。',
    page: OUTBOX,
  },
  'photo.refuted': {
    what: '整改、上门、异议、修复的照片没有通过核对，告诉提交的人',
    who: ['officer', 'official'],
    channel: 'app',
    quiet: 'never',
    title: '{of}照片没有通过核对',
    body: '有照片没有传到，或与提交时不符。请看一看，需要时重新拍照提交。',
  },
  'photo.refuted_after': {
    what: '照片还没核对完就已通过，后来查明有问题，告诉通过的人',
    who: ['official'],
    channel: 'message',
    quiet: 'off_hours',
    title: '{of}照片没有通过核对',
    body: '您处理时照片还没有核对完，现在查明有照片没有传到或与提交时不符。请重新核实。',
    page: HOME,
  },
  'leave.deputy': {
    what: '有人请假，任务交给代理人',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '请您代理检查任务',
    body: '{from} 至 {to} 由您代理{officer}的检查任务。{now}',
    page: TODAY,
  },
  'leave.over': {
    what: '请假最后一天（17:00），告诉本人和代理人',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '{title}',
    body: '{body}',
    page: TODAY,
  },
  'leave.ended': {
    what: '提前结束请假，告诉本人和代理人',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '{title}',
    body: '{body}',
    page: TODAY,
  },

  // Corrections
  'finding.due': {
    what: '整改明天到期（08:05）',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '明天有 {n} 项整改到期',
    body: '{items}。来不及的，请在到期前申请延期并写明原因。',
    until: '20:00',
    page: TODAY,
  },
  'finding.overdue': {
    what: '整改昨天到期仍未提交（08:05）',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '有 {n} 项整改过了期限',
    body: '{items}。请尽快整改并提交，有困难可联系专管员。',
    until: '20:00',
    page: TODAY,
  },
  'finding.rejected': {
    what: '整改被退回',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '整改被退回：{item}',
    body: '{item}：退回。{note}',
    page: TODAY,
  },
  'finding.not_extended': {
    what: '延期申请没有通过',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '不同意延期：{item}',
    body: '{item}：不同意延期，仍按原期限整改。{note}',
    page: TODAY,
  },
  'finding.answered': {
    what: '整改通过、同意延期（当天合成一条）',
    who: ['officer'],
    channel: 'app',
    quiet: 'never',
    title: '{title}',
    body: '{body}',
    page: TODAY,
  },
  'finding.submitted': {
    what: '提交整改，等核验',
    who: ['township'],
    channel: 'digest',
    quiet: 'off_hours',
    title: '有整改等您核验',
    body: '{enterprise}提交了整改，请核验。',
    page: HOME,
  },
  'finding.major_submitted': {
    what: '提交重大问题的整改，等现场核验',
    who: ['township', 'enforcement'],
    channel: 'message',
    quiet: 'night',
    title: '重大问题整改等现场核验',
    body: '{enterprise}提交了重大问题的整改，请到现场核验。',
    page: HOME,
  },
  'finding.extension_asked': {
    what: '申请延期整改',
    who: ['township'],
    channel: 'message',
    quiet: 'off_hours',
    title: '有延期申请等您决定',
    body: '{enterprise}申请延期整改，请在原期限前答复。',
    page: HOME,
    on: 'finding.extension_asked',
  },

  // Suspensions
  'suspension.filed': {
    what: '报备停产',
    who: ['township'],
    channel: 'message',
    quiet: 'off_hours',
    title: '有企业报备停产',
    body: '{enterprise}报备停产，请核实并审批。',
    page: HOME,
    on: 'suspension.filed',
  },
  'suspension.withdrawn': {
    what: '撤回停产报备',
    who: ['township'],
    channel: 'app',
    quiet: 'never',
    title: '停产报备已撤回',
    body: '{enterprise}撤回了停产报备。',
    page: HOME,
    on: 'suspension.withdrawn',
  },
  'suspension.approved': {
    what: '停产报备通过',
    ...toOfficers,
    channel: 'app',
    quiet: 'never',
    title: '停产报备已通过',
    body: '报备期间的检查任务不用做了。',
    on: 'suspension.approved',
  },
  'suspension.rejected': {
    what: '停产报备没有通过',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '停产报备没有通过',
    body: '请照常完成检查任务；原因见报备记录。',
    on: 'suspension.rejected',
  },

  // Health code
  'code.changed': {
    what: '健康码变色',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '{title}',
    body: '现在 {score} 分。{help}每一项扣分的原因和恢复办法见健康码页面。',
  },
  'code.watched': {
    what: '辖区企业健康码变色（变红另有重大预警）',
    who: ['township'],
    channel: 'app',
    quiet: 'never',
    title: '{enterprise}：{title}',
    body: '现在 {score} 分。{help}',
    page: HOME,
  },
  'health-dispute.filed': {
    what: '对扣分提出异议',
    who: ['regulator'],
    channel: 'digest',
    quiet: 'off_hours',
    title: '有扣分异议等您决定',
    body: '{enterprise}对一项扣分提出异议，10 个工作日内答复。',
    page: HOME,
    on: 'health-dispute.filed',
  },
  'health-dispute.decided': {
    what: '扣分异议有了决定',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '扣分异议有了决定',
    body: '{body}',
  },
  'health-repair.applied': {
    what: '申请信用修复，等现场核查',
    who: ['township', 'enforcement'],
    channel: 'digest',
    quiet: 'off_hours',
    title: '有信用修复等现场核查',
    body: '{enterprise}申请信用修复，10 个工作日内到现场核查。',
    page: HOME,
    on: 'health-repair.applied',
  },
  'health-repair.verified': {
    what: '信用修复核查通过',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '信用修复核查有了结果',
    body: '现场核查通过，这一项从现在起减半扣分。',
    on: 'health-repair.verified',
  },
  'health-repair.refused': {
    what: '信用修复核查没有通过',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '信用修复核查有了结果',
    body: '现场核查没有通过，整改后可以再次申请；原因见健康码页面。',
    on: 'health-repair.refused',
  },

  // Assistance and supervision
  'visit.planned': {
    what: '安排上门帮扶',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '帮扶预告：{day}日上门',
    body: '{owner}将上门帮扶。不用准备材料，带着问题就行。',
  },
  'visit.cancelled': {
    what: '取消上门帮扶',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '原定{day}日的帮扶取消',
    body: '原因：{note}',
  },
  'supervision.confirmed': {
    what: '企业列入重点监管',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '企业被列入重点监管',
    body: '巡查次数会增加一倍。{exit}',
  },
  'supervision.kept': {
    what: '重点监管核查没有通过',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '重点监管继续',
    body: '现场核查没有通过。再{exit}',
  },
  'supervision.left': {
    what: '企业退出重点监管',
    ...toOfficers,
    channel: 'app',
    quiet: 'never',
    title: '企业退出重点监管',
    body: '现场核查已通过，巡查次数恢复正常。',
  },
  'supervision.waiting': {
    what: '重点监管等确认、等核查（08:35）',
    who: ['official'],
    channel: 'message',
    quiet: 'night',
    title: '{title}',
    body: '{body}',
    until: '20:00',
    page: 'pages/township/supervision/index',
  },
  'case.late': {
    what: '案件过了期限（08:35）',
    who: ['official'],
    channel: 'message',
    quiet: 'night',
    title: '案件过了期限',
    body: '有 {n} 个案件过了期限，请办理。',
    until: '20:00',
    page: 'pages/township/cases/index',
  },

  // Petitions and incidents
  'petition.received': {
    what: '登记了对企业的信访',
    who: ['enforcement'],
    channel: 'message',
    quiet: 'off_hours',
    title: '有信访等您调查',
    body: '登记了对{enterprise}的信访，请按期调查答复。',
    page: HOME,
    on: 'petition.received',
  },
  'incident.reported': {
    what: '登记了企业的环境事件',
    who: ['enforcement'],
    channel: 'message',
    quiet: 'never',
    title: '有环境事件等您核实',
    body: '{enterprise}登记了环境事件，请在 3 天内核实。',
    page: HOME,
    on: 'incident.reported',
  },

  'records.imported': {
    what: '导入了信访或环境事件（一个文件一条）',
    who: ['official'],
    channel: 'message',
    quiet: 'off_hours',
    title: '导入了 {n} 件{what}',
    body: '辖区内有 {n} 件{what}等您调查核实，请按期办理。',
    page: HOME,
  },

  // Credit evaluation
  'credit.preliminary': {
    what: '信用评价初评结果',
    who: ['officer'],
    channel: 'message',
    quiet: 'night',
    title: '{period}信用评价：初评 {grade} 级',
    body: '初评结果已出。如有异议，请在 10 个工作日内提出。',
    page: TODAY,
  },
  'credit.published': {
    what: '信用评价结果公布',
    who: ['officer'],
    channel: 'app',
    quiet: 'never',
    title: '{period}信用评价：{grade} 级',
    body: '评价结果已公布，信贷、退税、电价和评优将参考这个等级。',
    page: TODAY,
  },
  'credit.objected': {
    what: '对信用评价提出异议',
    who: ['regulator'],
    channel: 'digest',
    quiet: 'off_hours',
    title: '有信用评价异议等您决定',
    body: '{enterprise}对信用评价提出异议，10 个工作日内答复。',
    page: HOME,
    on: 'credit-objection.filed',
  },
  'credit.proposed': {
    what: '有人提出信用加减分，等第二人决定',
    who: ['regulator'],
    channel: 'digest',
    quiet: 'off_hours',
    title: '有信用加减分等第二人决定',
    body: '{enterprise}的信用评价有一项加减分等第二人决定。',
    page: HOME,
    on: 'credit-adjustment.proposed',
  },
  'credit.objection': {
    what: '信用评价异议没有成立',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '信用评价异议有了决定',
    body: '异议没有成立，等级不变；理由见信用评价页面。',
  },
  'credit.adjusted': {
    what: '信用评价加减分',
    ...toOfficers,
    channel: 'message',
    quiet: 'night',
    title: '信用评价{sign} {points} 分',
    body: '现在 {score} 分，{grade} 级；理由见信用评价页面。',
  },

  // Warnings, and the mornings of officials
  'warning.major': {
    what: '重大预警发生、并入新问题、升级',
    who: ['official'],
    channel: 'message',
    quiet: 'never',
    title: '重大预警{climbed}：{rule}',
    body: '{body}',
    page: HOME,
  },
  'warning.digest': {
    what: '等待确认的预警（08:30 汇总）',
    who: ['official'],
    channel: 'message',
    quiet: 'night',
    title: '今日预警汇总',
    body: '{body}',
    until: '20:00',
    page: HOME,
  },
  'waiting.digest': {
    what: '等本人办理和已过期限的事项（工作日 08:32 汇总，过期的同时告诉监管人员）',
    who: ['official'],
    channel: 'message',
    quiet: 'night',
    title: '今日待办汇总',
    body: '{body}',
    until: '20:00',
    page: HOME,
  },
  'duty.given': {
    what: '排了值班',
    who: ['official'],
    channel: 'message',
    quiet: 'off_hours',
    title: '{region}值班安排',
    body: '您的值班日期：{dates}。当日 17:30 至次日 08:30 及休息日的重大预警由您先处理。',
    page: HOME,
  },
  'binding_code.official': {
    what: '有人为监管人员签发了登录用的绑定码',
    who: ['official'],
    channel: 'message',
    quiet: 'night',
    title: '为您签发了绑定码',
    body: '{by}为您签发了一次性绑定码，24 小时内可用它登录。如不是您要求的，请马上联系管理员。',
    page: HOME,
  },
  'binding_code.officer': {
    what: '有人为企业环保负责人签发了登录用的绑定码',
    who: ['officer'],
    channel: 'app',
    quiet: 'never',
    title: '为您签发了绑定码',
    body: '{by}为您签发了一次性绑定码，24 小时内可用它登录。如不是您要求的，请马上联系乡镇专管员。',
    page: TODAY,
  },
  'password.issued': {
    what: '有人为监管人员开通网页登录或重置了密码',
    who: ['official'],
    channel: 'message',
    quiet: 'night',
    title: '网页登录密码已重置',
    body: '{by}为您开通网页登录或重置了密码，一次性密码 24 小时内有效。如不是您要求的，请马上联系管理员。',
    page: HOME,
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** The entry of a kind by its name, as all of them look. */
export function kindOf(name: KindName): Kind {
  return KINDS[name];
}

/** The same for a name that was stored; undefined for one that is told no more. */
export function storedKind(name: string): Kind | undefined {
  return name in KINDS ? KINDS[name as KindName] : undefined;
}

import { addDays, businessDate, shanghaiInstant, type BusinessDate } from '../../bff/src/core/clock';
import type { SqlValue, Tx } from '../../bff/src/core/database';
import { CLOSE_DAYS, CONFIRM_DAYS, PETITION_DAYS } from '../../bff/src/features/dossier/record.rules';
import { chance } from './dice';
import { officials } from './health';

/** Records that change no score: what still waits, was unfounded, or was entered wrongly. Days ago, and what it says. */
const PETITIONS = [
  { ago: 2, source: 'hotline', issue: 'odour', content: '傍晚六点后有酸味，开窗可闻，已持续三天。' },
  { ago: 5, source: 'online', issue: 'noise', content: '夜间十一点后有设备轰鸣声，影响休息。' },
  { ago: 12, source: 'letter', issue: 'waste_water', content: '雨后厂区旁沟渠水色发黑，请核查。' },
  { ago: 33, source: 'visit', issue: 'dust', content: '露天堆场未覆盖，刮风时扬尘较大。' },
  { ago: 66, source: 'hotline', issue: 'solid_waste', content: '围墙外堆放废包装桶，不知是否为危险废物。' },
  {
    ago: 95,
    source: 'hotline',
    issue: 'odour',
    content: '小区内有油漆味，怀疑来自该企业。',
    found: '当天停产检修，气味来自旁边道路划线施工。',
  },
  {
    ago: 180,
    source: 'online',
    issue: 'waste_gas',
    content: '烟囱冒白烟，担心污染。',
    found: '白烟为水汽，在线监测数据正常。',
  },
  {
    ago: 260,
    source: 'media',
    issue: 'waste_water',
    content: '网上视频称夜间排放污水。',
    found: '视频拍摄地不在该企业，排口视频无异常。',
  },
  { ago: 310, source: 'hotline', issue: 'noise', content: '风机噪声大。', wrong: '登记到同名企业，已重新登记。' },
] as const;

const INCIDENTS = [
  {
    ago: 1,
    kind: 'leak',
    level: 'minor',
    state: 'reported',
    source: 'enterprise',
    content: '盐酸储罐阀门滴漏，已关阀并用沙袋围堵，未流出围堰。',
  },
  {
    ago: 9,
    kind: 'discharge',
    level: 'general',
    state: 'confirmed',
    source: 'monitor',
    content: '在线监测 pH 值超标 40 分钟，已切换至应急池。',
  },
  {
    ago: 140,
    kind: 'fire',
    level: 'general',
    state: 'closed',
    source: 'hotline',
    content: '活性炭箱阴燃，消防处置半小时，消防水收入应急池。',
  },
  {
    ago: 290,
    kind: 'odour',
    level: 'minor',
    state: 'unfounded',
    source: 'hotline',
    content: '群众反映突发刺鼻气味，疑似泄漏。',
  },
] as const;

const NOTES = {
  confirmed: '现场核实，情况属实，要求提交处置报告。',
  closed: '处置完毕，隐患已消除，同意结案。',
  unfounded: '现场及监控未发现泄漏。',
};

/** Petitions and incidents in every state, a penalty that was voided, and who entered and decided all that is known. */
export async function seedDossier(tx: Tx, enterprises: number, now: Date): Promise<void> {
  const who = await officials(tx);
  const today = businessDate(now);
  const enterprise = (salt: string, index: number) => 1 + Math.floor(chance(salt, index) * enterprises);
  await insert(
    tx,
    'petition (enterprise_id, document_no, received_on, source, issue, content, state, answer_by, decided_at, decided_by, result, entered_by, entered_at)',
    PETITIONS.map((petition, index) => {
      const on = addDays(today, -petition.ago);
      const found = 'found' in petition ? petition.found : null;
      return [
        enterprise('petition of', index),
        `HZ12345-${on.replaceAll('-', '')}-${String(index + 1).padStart(4, '0')}`,
        on,
        petition.source,
        petition.issue,
        petition.content,
        'wrong' in petition ? 'voided' : found === null ? 'received' : 'unfounded',
        addDays(on, PETITION_DAYS),
        found === null ? null : at(addDays(on, 4)),
        found === null ? null : who.enforcement,
        found,
        who.regulator,
        at(on),
      ];
    }),
  );
  await insert(
    tx,
    'incident (enterprise_id, happened_at, source, kind, level, content, state, due_on, confirmed_at, entered_by, entered_at)',
    INCIDENTS.map(({ ago, kind, level, state, source, content }, index) => {
      const on = addDays(today, -ago);
      const sure = state === 'confirmed' || state === 'closed';
      return [
        enterprise('incident of', index),
        at(on, '06:40'),
        source,
        kind,
        level,
        content,
        state,
        addDays(on, sure ? CLOSE_DAYS + 1 : CONFIRM_DAYS),
        sure ? at(addDays(on, 1)) : null,
        who.enforcement,
        at(on),
      ];
    }),
  );
  const on = addDays(today, -77);
  const document = `湖德环罚〔${on.slice(0, 4)}〕9001号`;
  await insert(
    tx,
    'penalty (enterprise_id, document_no, decided_on, authority, kind, amount, content, state, entered_by, entered_at)',
    [
      [
        enterprise('penalty of', 0),
        document,
        on,
        '湖州市生态环境局德清分局',
        'fine',
        30_000,
        '危险废物转移联单填写不规范。',
        'voided',
        who.enforcement,
        at(on),
      ],
    ],
  );
  await seedSteps(tx, who);
}

/** One step for each record that was entered, and one for each that was decided; in one statement each. */
async function seedSteps(tx: Tx, who: Awaited<ReturnType<typeof officials>>): Promise<void> {
  const into = 'INSERT INTO dossier_step (record_type, record_id, kind, actor_id, at, note)';
  for (const type of ['petition', 'penalty', 'incident']) {
    await tx.execute(`${into} SELECT '${type}', id, 'enter', entered_by, entered_at, '' FROM ${type}`);
  }
  await tx.execute(
    `${into} SELECT 'petition', id, IF(state = 'verified', 'verify', 'dismiss'), decided_by, decided_at, result
     FROM petition WHERE decided_at IS NOT NULL`,
  );
  await tx.execute(
    `${into} SELECT 'incident', id, 'confirm', ?, confirmed_at, ? FROM incident WHERE confirmed_at IS NOT NULL`,
    [who.enforcement, NOTES.confirmed],
  );
  await tx.execute(
    `${into} SELECT 'incident', id, IF(state = 'closed', 'close', 'dismiss'), ?, entered_at + INTERVAL 2 DAY,
       IF(state = 'closed', ?, ?) FROM incident WHERE state IN ('closed', 'unfounded')`,
    [who.enforcement, NOTES.closed, NOTES.unfounded],
  );
  const wrong = PETITIONS.flatMap((petition) => ('wrong' in petition ? petition.wrong : []))[0] ?? '';
  for (const type of ['petition', 'penalty']) {
    await tx.execute(
      `${into} SELECT '${type}', id, 'void', ?, entered_at + INTERVAL 1 DAY, ? FROM ${type} WHERE state = 'voided'`,
      [who.regulator, type === 'petition' ? wrong : '复核后撤销处罚决定。'],
    );
  }
}

function at(date: BusinessDate, time = '10:00'): Date {
  return shanghaiInstant(date, time);
}

async function insert(tx: Tx, into: string, rows: SqlValue[][]): Promise<void> {
  await tx.execute(`INSERT INTO ${into} VALUES ?`, [rows]);
}

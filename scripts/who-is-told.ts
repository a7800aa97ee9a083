import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KINDS, type Channel, type Kind, type Quiet, type Who } from '../bff/src/features/notifications/kind.table';

/** npx tsx scripts/who-is-told.ts: writes docs/who-is-told.md from the table that messages are made from. */
const FILE = path.resolve(__dirname, '../docs/who-is-told.md');

const WHO: Readonly<Record<Who, string>> = {
  officer: '相关的企业环保负责人',
  officers: '企业的全部环保负责人',
  point_officer: '点位的环保负责人（请假时为代理人）',
  official: '管这件事的人员',
  township: '乡镇专管员',
  enforcement: '执法人员',
  regulator: '监管人员',
};
const CHANNEL: Readonly<Record<Channel, string>> = { message: '手机消息', digest: '早上汇总', app: '仅应用内' };
const QUIET: Readonly<Record<Quiet, string>> = {
  never: '随时',
  night: '21:00–07:30 不响',
  off_hours: '只在工作时间响',
};

const HEAD = `# 谁会收到什么

这张表由 \`bff/src/features/notifications/kind.table.ts\` 生成（\`npx tsx scripts/who-is-told.ts\`），代码按它发送，测试保证两者一致。

- **手机消息**：企业人员用微信（以本人允许的次数为限），政府人员用钉钉或浙政钉；同时进应用内消息。
- **早上汇总**：立刻进应用内消息；办完之前，每个工作日早上 08:32 的待办汇总都会算上它，过了期限的同时告诉监管人员。
- **仅应用内**：打开应用时看到。
- 安静时段里消息照样进应用，手机到时段结束再响。工作时间是工作日 08:30–12:00、13:00–17:30。
- 重大预警随时响：白天告诉乡镇专管员和执法人员；非工作时间，登记了值班人员的，执法人员由值班人员代替（其余执法人员上班时再响），没有登记的全部告诉。
- 同一件事对同一个人一天只说一次；没送到的在“没有送达的消息”里，写明是对方还是我们的原因。

| 什么事 | 告诉谁 | 方式 | 手机何时响 | 标题 | 内容 |
| --- | --- | --- | --- | --- | --- |
`;

/** The document as it has to be. */
export function whoIsTold(): string {
  const rows = (Object.values(KINDS) as Kind[]).map(({ what, who, channel, quiet, title, body }) =>
    [
      what,
      who.map((each) => WHO[each]).join('、'),
      CHANNEL[channel],
      channel === 'app' ? '不响' : channel === 'digest' ? '早上汇总' : QUIET[quiet],
      title,
      body,
    ].join(' | '),
  );
  return `${HEAD}${rows.map((row) => `| ${row} |\n`).join('')}`;
}

/** The document as it is. */
export function written(): string {
  return readFileSync(FILE, 'utf8');
}

if (require.main === module) writeFileSync(FILE, whoIsTold());

import type { z } from 'zod';
import { businessDate, shanghaiTime } from '../../core/clock';
import type { SheetRow } from '../../core/sheet';
import type { memberRow } from './benefit.schema';
import type { Member } from './benefit.store';

export function presentMember(member: Member): z.input<typeof memberRow> {
  const { enterpriseId, name, uscc, grade, period, colour, positive } = member;
  return { enterprise: { id: String(enterpriseId), name, uscc }, grade, period, colour, positive: positive === 1 };
}

const COLOURS = { green: '绿', blue: '蓝', yellow: '黄', red: '红', black: '黑' } as const;

/** The rows of a list as an agency gets it, the heading first. */
export async function* exportRows(members: AsyncIterable<Member>, at: Date): AsyncGenerator<SheetRow> {
  yield { cells: ['统一社会信用代码', '企业名称', '信用等级', '评价周期', '健康码', '正面清单', '查询时间'] };
  const asked = `${businessDate(at)} ${shanghaiTime(at)}`;
  for await (const { uscc, name, grade, period, colour, positive } of members) {
    yield {
      cells: [
        uscc,
        name,
        grade ?? '未评',
        period ?? '',
        colour === null ? '无' : COLOURS[colour],
        positive === 1 ? '是' : '否',
        asked,
      ],
    };
  }
}

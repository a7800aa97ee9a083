import type { Role } from '../../bff/src/core/actor';
import { mayManage } from '../../bff/src/features/identity/person.policy';

const actor = (role: Role, regionPrefix: string) => ({ grants: [{ role, regionPrefix, enterpriseId: null }] });
const officer = (enterpriseRegion: string) => ({ role: 'officer' as const, enterpriseRegion, regionPrefix: null });
const official = (role: Role, regionPrefix: string) => ({ role, enterpriseRegion: null, regionPrefix });

describe('mayManage', () => {
  it('refuses enforcement everything, and a township officials and people without a role', () => {
    expect(mayManage(actor('enforcement', '330521'), [officer('330521100')])).toBe(false);
    expect(mayManage(actor('township', '330521100'), [official('township', '330521100')])).toBe(false);
    expect(mayManage(actor('township', '330521100'), [])).toBe(false);
  });

  it('refuses who also serves outside the area', () => {
    expect(mayManage(actor('township', '330521100'), [officer('330521100'), officer('330521001')])).toBe(false);
    expect(mayManage(actor('township', '330521100'), [officer('330521100'), official('regulator', '3305')])).toBe(
      false,
    );
    expect(mayManage(actor('regulator', '330521'), [official('regulator', '3305')])).toBe(false);
  });

  it('admits a township to its officers, a regulator to officials of his area too', () => {
    expect(mayManage(actor('township', '330521100'), [officer('330521100')])).toBe(true);
    expect(mayManage(actor('regulator', '330521'), [officer('330521001'), official('township', '330521100')])).toBe(
      true,
    );
    expect(mayManage(actor('regulator', '330521'), [])).toBe(true);
  });
});

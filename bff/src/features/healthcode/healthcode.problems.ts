import { defineProblems } from '../../core/problem';

export const healthProblems = defineProblems('HEALTHCODE', {
  PHOTO_NOT_STORED: [409, '有照片还没有传到，请等照片传完再提交。'],
  PHOTOS_BAD: [409, '这份异议有照片没有通过核对。确实要认定成立，请确认后再决定。'],
  NOT_YET: [409, '这家企业还没有健康码，今晚评估后就会有。'],
  UNKNOWN_STEP: [400, '有一步已经不适用，请刷新后再试。'],
  RULE_SET_FAULTY: [400, '规则方案有问题，没有保存。请按提示修改。'],
  NOT_COUNTED: [409, '这一项现在没有扣分，不用处理。'],
  FUTURE: [400, '发生时间不能晚于现在。'],
  TOO_OLD: [400, '发生时间太早，已经不影响健康码。'],
  UNKNOWN_CODE: [400, '没有这个扣分或加分项目，不能登记。'],
  CANNOT_END: [409, '这一项不是登记后待改正的事项，或已经改正。'],
  NOT_DISPUTABLE: [409, '这一项由其他扣分推出，请对原来的扣分提出异议。'],
  DISPUTED_ALREADY: [409, '这一项已经提过异议，请等待或查看决定。'],
  DISPUTE_DECIDED: [409, '这份异议已经有决定，不能再改。'],
  OWN_FACT: [403, '这一项是您登记的，请由另一位同事决定。'],
  NOT_REPAIRABLE: [409, '这一项不能申请信用修复，或已经修复。'],
  REPAIR_WAITS: [409, '这一项的修复申请正在等待现场核查。'],
  REPAIR_CHECKED: [409, '这份修复申请已经核查过，不能再改。'],
  WRONG_DOOR: [400, '扫的不是这家企业现在的点位码，请到现场扫门上的码。'],
});

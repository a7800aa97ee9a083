import { defineProblems } from '../../core/problem';

export const findingProblems = defineProblems('FINDING', {
  CLOSED: [409, '这个问题已经关闭，不用再处理。'],
  NOT_SUBMITTED: [409, '企业还没有提交整改，暂时不能核验。'],
  ALREADY_SUBMITTED: [409, '整改已经提交，正在等核验。'],
  ONLY_MAJOR: [409, '只有重大问题需要先报控制措施。'],
  ALREADY_CONTAINED: [409, '控制措施已经报过了，请继续整改。'],
  EXTENSION_USED: [409, '延期只能申请一次。'],
  EXTENSION_DATES: [400, '延期日期不对：要晚于现在的期限，最多晚 30 天。'],
  NO_EXTENSION_ASKED: [409, '没有等待处理的延期申请。'],
  VERIFIED_BY_REPORT: [409, '轻微问题由下一次正常的巡查核验，不用人工核验。'],
  SCAN_NEEDED: [400, '重大问题要在现场核验，请先扫点位门上的码。'],
  WRONG_POINT: [400, '扫的不是这个点位现在的码，请到现场扫门上的码。'],
  OWN_CORRECTION: [403, '不能核验自己提交的整改，请由另一位同事核验。'],
  NOT_YOURS: [403, '这个问题由同事负责整改。'],
  PHOTO_NOT_STORED: [409, '有照片还没有传到，请等照片传完再提交。'],
  PHOTOS_BAD: [409, '整改照片没有通过核对。请退回重拍，或到现场扫点位码后再通过。'],
  PHOTO_AFTER_NEEDED: [400, '请至少拍一张改好后的照片。'],
});

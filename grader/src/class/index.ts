/** A class: a folder of submissions becomes a folder of reports and a gradebook. */
export { type Change, describeChanges } from './changes.ts';
export { type ClassProgress, type ClassResult, gradeClass } from './grade.ts';
export { gradebookCsv } from './gradebook.ts';
export { RecordsError } from './records.ts';

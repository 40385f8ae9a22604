/** What a course offers: its chapters and exercises, read from `exercises/` and `notebooks/`. */
export { type Chapter, type Course, loadCourse } from './course.ts';
export {
  cellSource,
  declaredNames,
  type Exercise,
  exercisePaths,
  listExercises,
  loadExercise,
} from './exercise.ts';
export { CatalogueError } from './fields.ts';

// What GitHub runs after a job, as `runs.post` of the actions: the same program, which tells by this file's name
// what it is to do. A name cannot be lost, while a flag in the state would be when a step is killed early.
import './main.ts';

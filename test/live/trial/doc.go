// Package trial is how changing commands are tried on scenes: a [Trial] is one way through a command, and a [Suite] takes it
//
//   - as it is: what it changed is the [Reference] for all others;
//   - twice: run once more, it finds nothing to do;
//   - killed: cut off after each of its writes and run again, it ends as the Reference;
//   - with faults: with each of its requests answered wrongly in every way, it ends as the Reference or says what is left,
//     and run again it ends as the Reference;
//   - with permissions: those of the role that is shipped are enough, and without one that it needs it refuses and names it.
//
// Kills and faults are too many for every run of the tests: a sample is taken, another one for each commit.
package trial

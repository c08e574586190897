// Package nodes says what a kind of node is: how it looks, what an admin fills in, what can be wrong with it, and
// what it does when a caller comes to it. Each kind is a folder below this one; package standard lists them.
//
// # How to write a node
//
// One folder and one line. The folder nodes/<kind> holds
//
//   - a Config struct: what the form saves, as JSON;
//   - a Spec: the fields of the form with their limits, the defaults, whether a walk may rest here;
//   - Ports: the ways out, in the order in which the canvas draws them;
//   - Check: the faults that only this kind knows. Required fields, lengths, ranges, ${holes}, expressions, groups,
//     flows and variables are checked from the Spec by CheckFields, which Checker calls for every kind;
//   - Compile: the config turned into a Step, once for every published version;
//   - the Step's Visit: pure, no clock but Visit.Now, no I/O. It gives exactly one Outcome: Leave, Wait, Handoff,
//     Fetch, Enter or Finish;
//   - Summary: one line for the canvas;
//   - testdata/*.json: fixtures of configs with the issues they lead to. nodestest plays them; a kind without
//     fixtures fails the tests.
//
// The line goes into standard.Set. The words go into the catalogues under "node.<kind>…" and "issue.<kind>…", and a
// test names those that are missing. Nothing else needs an edit: palette, form, validation, engine and simulator all
// work from the Kind. A kind that needs an edit elsewhere shows that this contract is wrong: mend the contract.
package nodes

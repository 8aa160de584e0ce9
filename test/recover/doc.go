// Package recover proves recover on a real control plane whose nodes really die: every kind of owner, every sign of life and
// death, nodes that return at any moment, processes that are killed after any write, servers that answer wrongly, and what
// happens if claims are deleted by hand.
package recover

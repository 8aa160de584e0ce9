// Package drain proves drain on a real control plane: who is evicted and who waits, that members land where the Plan
// said with nothing lost on the way, cut off after each write, with a server that answers wrongly, with budgets that
// hold, beside the real kubectl drain, and with no more permissions than are documented.
package drain

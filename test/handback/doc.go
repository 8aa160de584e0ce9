// Package handback proves release, reclaim and reattach on a real control plane: what they change and nothing else, cut
// off after each write, with a server that answers wrongly, against others who act at the same time, and with no more
// permissions than are documented.
package handback

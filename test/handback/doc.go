// Package handback proves release, reclaim and reattach on a real control plane: what they change and nothing else, cut
// off after each write, with a server that answers wrongly, against others who act at the same time, and with no more
// permissions than are documented. The three are ends of one thing, a volume that goes from hand to hand, and share scenes;
// and a control plane of its own for each would cost more than all that it proves.
package handback

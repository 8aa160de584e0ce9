// Package prompt tries on a real control plane what people meet at a prompt: names that are completed by kubectl, permissions
// that are missing, and servers that are older, newer or stranger than the plugin expects.
package prompt

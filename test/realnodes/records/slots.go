package records

import (
	"bytes"
	"strings"
)

// Slot is how many bytes a record has on a device, on which a log cannot grow. The rest of a slot is zero.
const Slot = 512

// FromSlots is the log on a device, up to the first slot in which nothing was written.
func FromSlots(device []byte) string {
	var log strings.Builder
	for ; len(device) >= Slot && device[0] != 0; device = device[Slot:] {
		log.Write(bytes.TrimRight(device[:Slot], "\x00"))
	}
	return log.String()
}

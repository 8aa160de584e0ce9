//go:build !windows

package output

import "os"

// enableEscapes reports that a terminal acts on escape sequences: all do, but those of TERM=dumb.
func enableEscapes(*os.File) bool { return true }

// usable is how many columns of a terminal lines may take.
func usable(columns int) int { return columns }

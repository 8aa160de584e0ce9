package phrase

import (
	"fmt"
	"strings"
)

// claim names a claim, or nothing where what is around the sentence names it.
func claim(name string) string {
	if name == "" {
		return ""
	}
	return "claim " + name
}

func ofClass(name string) string {
	if name == "" {
		return "without a storage class"
	}
	return "of class " + name
}

// failing are the words for a check, or for who has the volumes if it is that others do, behind a count.
func failing(check, by string, n int, claims []string) string {
	if by != "" {
		return ClaimantWords(by, n == 1, claims...)
	}
	return CodeWords(check)
}

// fail is what volumes do that all fail at one check: "are too small". By is who has them if others do.
func fail(check string, n int, by ...string) string {
	who := strings.Join(by, "")
	switch {
	case who == "OwnEarlierClaim" && n == 1:
		return "was left by an earlier claim of this name"
	case who == "OwnEarlierClaim":
		return "were left by earlier claims of this name"
	case who == "GoneClaim" && n == 1:
		return "was left by another claim, which is gone"
	case who == "GoneClaim":
		return "were left by other claims, which are gone"
	case who == "EarlierClaim" && n == 1:
		return "was left by an earlier claim of another name"
	case who == "EarlierClaim":
		return "were left by earlier claims of other names"
	case who == "Reservation" && n == 1:
		return "is reserved for another claim"
	case who == "Reservation":
		return "are reserved for other claims"
	case who == "NoClaim" && n == 1:
		return "is cordoned"
	case who == "NoClaim":
		return "are cordoned"
	case check == "ClaimedByOther" && n == 1:
		return "belongs to another claim"
	case check == "ClaimedByOther":
		return "belong to other claims"
	case n == 1:
		return "is " + CodeWords(check)
	}
	return "are " + CodeWords(check)
}

// first writes names of which only the first are told: "a, b, c, d and 7 more".
func first(names []string, count int) string {
	switch {
	case count == 0:
		return "none"
	case count <= len(names):
		return strings.Join(names, ", ")
	}
	shown := min(len(names), maxListed-1)
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), count-shown)
}

// since is how long something has been so, as kubectl writes durations.
func since(duration string) string {
	if duration == "" {
		return "an unknown time"
	}
	return duration
}

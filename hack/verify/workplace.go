package main

import "strings"

// workplaces belong to one machine: home directories, and the hosts of module proxies and package registries, which
// everybody chooses for themselves. They are in two parts here so that this file does not find itself.
func workplaces() []string {
	return []string{
		"/" + "root/", "/" + "home/", "/" + "Users/", "/" + "work/",
		"proxy" + ".golang.org", "sum" + ".golang.org", "index" + ".golang.org", "goproxy" + ".",
		"registry" + ".npmjs.org", "pypi" + ".org", "deb" + ".debian.org",
	}
}

// checkWorkplace wants files that mean the same on every machine. Of each place the first mention is told.
func checkWorkplace(name, text string) []finding {
	var all []finding
	for _, place := range workplaces() {
		if at := mention(text, place); at >= 0 {
			all = append(all, finding{name, 1 + strings.Count(text[:at], "\n"), "names a place of one machine: " + place})
		}
	}
	return all
}

// mention is where a text first holds a word that is not the end of a longer one, or -1.
func mention(text, word string) int {
	for begin := 0; ; {
		at := strings.Index(text[begin:], word)
		if at < 0 {
			return -1
		}
		at += begin
		if at == 0 || !inWord(text[at-1]) {
			return at
		}
		begin = at + len(word)
	}
}

func inWord(c byte) bool {
	return c == '_' || c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

package phrase

// commands says how commands end that change something: pkg/cmd.
func commands() catalog {
	return catalog{
		"NotConfirmed":                "Not confirmed. Nothing was changed.",
		"NotConfirmedWithoutTerminal": "not confirmed, nothing was changed: {.stream} is not a terminal, so add --yes",
		"NothingChanged":              "nothing was changed",
		"SeveralReasons":              `{join .reasons "\n"}`,
	}
}

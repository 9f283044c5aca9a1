package text

// LowerAlphanumeric reports whether a name consists of the characters that attribute names allow.
func LowerAlphanumeric(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// IsNameRune reports whether the name of a var, a parent topic or a group may contain r.
func IsNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}

func NotNameRune(r rune) bool { return !IsNameRune(r) }

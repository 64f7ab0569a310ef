package redact

import (
	"slices"
	"strings"
)

// rule says what a value must look like behind a word.
type rule int

const (
	ruleToken     rule = iota // random
	ruleAssigned              // random, and only after "=" or ":"
	rulePassword              // mixed, or anything after "="
	ruleAuthorize             // the header, with or without a scheme
	ruleBearer
	ruleBasic
)

// word announces a secret. For a blank in it, - or _ or nothing may stand.
type word struct {
	text  string
	rule  rule
	whole bool // it must not be the end of another word
}

// words are folded as texts are: small letters without accents.
var words = byFirst(
	list(rulePassword, false,
		"password, passwd, passphrase, passcode, passwort, kennwort, mot de passe, contrasena, "+
			"palavra passe, wachtwoord, hasło, haslo, losenord, adgangskode, passord, salasana, heslo, jelszo, "+
			"sifre, пароль, пароля, κωδικος, סיסמה, كلمة المرور, 密码, 密碼, 口令, パスワード, 비밀번호, 암호"),
	list(rulePassword, true, "pwd, pw, pass, mdp, senha, parola, clave"),
	list(ruleToken, false,
		"api key, access key, secret key, private key, auth key, account key, token, secret, schlussel, "+
			"cle api, cle d'api, clave api, clave de api, chave api, chave de api, chiave api, klucz api, "+
			"ключ api, api ключ, ключ, токен, jeton, 令牌, 密钥, 密鑰, api キー, トークン, 토큰, api 키"),
	list(ruleAssigned, true, "key, cle, auth, chave, signature, sig, session, session id, sessid, sid, cookie, "+
		"credential, credentials"),
	list(ruleAuthorize, false, "authorization"),
	list(ruleBearer, true, "bearer"),
	list(ruleBasic, true, "basic"),
)

// notSecret are the words that make a "key" behind them one of another kind.
var notSecret = []string{
	"primary", "foreign", "cache", "sort", "partition", "public", "idempotency", "unique", "registry",
	"shortcut", "issue", "jira", "hash", "duplicate",
}

func list(r rule, whole bool, names string) []word {
	var ws []word
	for name := range strings.SplitSeq(names, ", ") {
		var plain strings.Builder
		for _, c := range name {
			simplify(c, func(c rune) { plain.WriteRune(c) })
		}
		ws = append(ws, word{plain.String(), r, whole})
	}
	return ws
}

// byFirst sorts words by their first byte, longer ones first.
func byFirst(lists ...[]word) map[byte][]word {
	m := map[byte][]word{}
	for _, l := range lists {
		for _, w := range l {
			m[w.text[0]] = append(m[w.text[0]], w)
		}
	}
	for _, l := range m {
		slices.SortStableFunc(l, func(a, b word) int { return len(b.text) - len(a.text) })
	}
	return m
}

// matches returns the length of w at the start of s, 0 if s does not begin with w.
func (w word) matches(s string) int {
	i := 0
	for j := range len(w.text) {
		switch {
		case i < len(s) && w.text[j] == s[i]:
			i++
		case w.text[j] == ' ' && i < len(s) && (s[i] == '_' || s[i] == '-'):
			i++
		case w.text[j] == ' ':
		default:
			return 0
		}
	}
	return i
}

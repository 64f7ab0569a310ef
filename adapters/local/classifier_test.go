package local_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/domain"
)

func classify(t *testing.T, title, description string) domain.Verdict {
	t.Helper()
	text, err := domain.NewText(title, description)
	require.NoError(t, err)
	answer, err := local.New().Classify(t.Context(), text)
	require.NoError(t, err)
	require.Equal(t, domain.SourceLocal, answer.Source)
	require.Equal(t, local.Version, answer.Model)
	return answer.Verdict
}

func TestClassifier_Category(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, title, description, want string }{
		{"a refund is billing", "Refund please", "I would like to get my money back.", "billing"},
		{"a failure is technical", "App broken", "The app crashes whenever I open the camera.", "technical"},
		{"a question about a parcel is general", "Where is it?", "When will my parcel arrive?", "general"},
		{"misspelt words are understood", "help", "I need a refnud, the pamyent was wrong", "billing"},
		{"a missing letter is understood", "help", "my passwrd is not accepted, I cannot logn", "technical"},
		{"a doubled letter is understood", "question",
			"when will you delliver the paccket I ordered", "general"},
		{"what it is not about does not count", "Help",
			"This is not a billing question and has nothing to do with my invoice. The app shows an error.",
			"technical"},
		{"an excluded failure does not count", "Question",
			"This is not about a technical problem, I only want to change my delivery address.", "general"},
		{"money that did not come back is still billing", "Waiting",
			"I have not received my refund.", "billing"},
		{"a phrase outweighs its words", "Fees",
			"How high is the cancellation fee for my appointment?", "billing"},
		{"words apart make a phrase", "Statement", "I was charged by the shop twice", "billing"},
		{"a failing payment is billing", "Payment",
			"I have a problem with the payment of my order", "billing"},
		{"the title counts more than one remark", "Invoice for March",
			"Our team uses the app a lot.", "billing"},
		{"expenses are billing whatever they were for", "Trip",
			"I want to report my travel expenses. My name is Ann and my password is 7777.", "billing"},
		{"credentials that are handed over are no trouble", "Order",
			"I want to order guitars. Name Ann and password 4455.", "general"},
		{"credentials that are refused are", "Order", "My name is Ann and I forgot my password.", "technical"},
		{"wanting a device is an order", "Hello", "I need two new keyboards", "general"},
		{"a broken device is not", "Hello", "Two keyboards stopped working", "technical"},
		{"broken goods are a matter of the shop", "Hello", "One leg of the chair is broken", "general"},
		{"a failing shop page is not", "Hello", "The order page does not load", "technical"},
		{"the state of an order is general", "Hello", "What is the status of my order?", "general"},
		{"the state of a server is technical", "Hello", "What is the status of the server?", "technical"},
		{"bringing a program up to date is technical", "Hello", "I want to update my Skype", "technical"},
		{"bringing an address up to date is not", "Hello", "I want to update my address", "general"},
		{"money that went for nothing is billing", "Hello", "Money deducted but order not placed", "billing"},
		{"to charge a phone is not to charge a customer", "Hello", "I cannot charge my phone", "technical"},
		{"who is in charge charges nobody", "Hello", "I am in charge of our school trip", "general"},
		{"what is not wanted does not count", "Hello",
			"I don't need help with billing, my screen is black", "technical"},
		{"an English word is not taken for a misspelt one", "Hello", "The painter praised our animals", "general"},
		{"German", "Rückerstattung", "Ich wurde doppelt belastet und möchte mein Geld zurück.", "billing"},
		{"German compounds", "Frage",
			"Meine Jahresendabrechnung stimmt nicht, die Mobilfunkrechnung auch nicht.", "billing"},
		{"Spanish", "Ayuda", "La aplicación no funciona y muestra un error.", "technical"},
		{"French with elisions", "Bonjour",
			"L'application ne fonctionne plus, j'ai un message d'erreur.", "technical"},
		{"Portuguese without accents", "Duvida", "Quando chega minha encomenda?", "general"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := classify(t, c.title, c.description)
			require.Equal(t, c.want, v.Category().String(), v.Reason())
		})
	}
}

func TestClassifier_ExcludedTopic(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"This is not a billing question.", "This is no billing question", "This isn't a billing issue.",
		"It is not billing related.",
		"I do not have a question about billing", "I don't have any questions about my invoice.",
		"This is not a billing question, the app crashes when I open it.",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			for _, title := range []string{"Hello", text} {
				v := classify(t, title, text)
				require.NotEqual(t, "billing", v.Category().String(), v.Reason())
			}
		})
	}
	t.Run("what remains is said with doubt, what is said instead is heard", func(t *testing.T) {
		t.Parallel()
		require.Less(t, *classify(t, "Hello", "This is not a billing question.").Confidence(), 0.7)
		v := classify(t, "Hello", "This is not a billing question, the app crashes when I open it.")
		require.Equal(t, "technical", v.Category().String(), v.Reason())
	})
	t.Run("a sentence that goes on is of what it goes on with", func(t *testing.T) {
		t.Parallel()
		v := classify(t, "Hello", "This is not a technical problem, I was charged twice.")
		require.Equal(t, "billing", v.Category().String(), v.Reason())
	})
}

func TestClassifier_Priority(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, title, description, want string }{
		{"an outage for everyone is high", "Site down",
			"The site is down and nobody can work. This is urgent.", "high"},
		{"a data breach is high", "Hacked", "Our accounts were hacked, patient data leaked.", "high"},
		{"a threat to sue is high", "Last warning",
			"Answer immediately or my lawyer takes legal action.", "high"},
		{"a German emergency is high", "Dringend",
			"Der Server ist ausgefallen, alle Mitarbeiter sind betroffen.", "high"},
		{"an idea is low", "Idea", "No rush, just a small suggestion for a new feature.", "low"},
		{"a Spanish remark without hurry is low", "Consulta",
			"No es urgente, baja prioridad: ¿tienen un manual?", "low"},
		{"an ordinary request is medium", "Address", "I moved to another street.", "medium"},
		{"nothing known is medium", "Hm", "xyzzy", "medium"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := classify(t, c.title, c.description)
			require.Equal(t, c.want, v.Priority().String(), v.Reason())
			require.LessOrEqual(t, *v.PriorityConfidence(), 0.6)
		})
	}
}

func TestClassifier_KnowsWhenItDoesNotKnow(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text string }{
		{"one letter", "a"},
		{"punctuation", "?!... --- ;;; ***"},
		{"numbers", "12345 67890"},
		{"Cyrillic", "Здравствуйте, у меня вопрос"},
		{"Chinese", "你好，我有一个问题。"},
		{"Arabic", "مرحبا لدي سؤال"},
		{"emoji", "😀😀😀"},
		{"combining marks", "e\u0301\u0301\u0301"},
		{"markup", "<br><br><name>"},
		{"a word of 20,000 letters", strings.Repeat("x", 20_000)},
		{"invented words", "blorf zang wibble"},
	}
	for _, c := range cases {
		t.Run(c.name+" gets the prior", func(t *testing.T) {
			t.Parallel()
			v := classify(t, "x", c.text)
			require.InDelta(t, 0.4, *v.Confidence(), 0.1, v.Reason())
		})
	}
	t.Run("nothing known gets the same however long it is", func(t *testing.T) {
		t.Parallel()
		short, long := classify(t, "x", "blorf"), classify(t, "x", strings.Repeat("blorf zang wibble. ", 300))
		require.InDelta(t, *short.Confidence(), *long.Confidence(), 1e-9)
	})
	t.Run("the same sign says less among many words", func(t *testing.T) {
		t.Parallel()
		among := func(words int) float64 {
			return *classify(t, "x", "My parcel, "+strings.Repeat("blorf ", words)).Confidence()
		}
		require.Greater(t, among(5), among(30)+0.05)
		require.Greater(t, among(30), among(300)+0.05)
	})
	t.Run("one weak sign is less sure than several clear ones", func(t *testing.T) {
		t.Parallel()
		weak := classify(t, "Hello", "My account, please.")
		clear := classify(t, "Refund", "You charged me twice, please refund the second payment.")
		require.Less(t, *weak.Confidence(), 0.6)
		require.Greater(t, *clear.Confidence(), 0.9)
	})
	t.Run("a word alone is less sure than a sentence", func(t *testing.T) {
		t.Parallel()
		word, sentence := classify(t, "refund", "refund"), classify(t, "refund", "refund the money")
		require.Less(t, *word.Confidence(), *sentence.Confidence()-0.05)
	})
	t.Run("signs and numbers without a word that it knows wait for a person", func(t *testing.T) {
		t.Parallel()
		for _, text := range []string{"$$$", "€€€€€ 100", "404", "blorf € zang $ wibble"} {
			v := classify(t, text, text)
			require.Less(t, *v.Confidence(), 0.7, "%s: %s", text, v.Reason())
		}
	})
	t.Run("evidence at odds is less sure than evidence that agrees", func(t *testing.T) {
		t.Parallel()
		agrees := classify(t, "Hello", "I got no invoice.")
		odds := classify(t, "Hello", "I got no invoice and no parcel.")
		require.Less(t, *odds.Confidence(), *agrees.Confidence()-0.05)
	})
	t.Run("known words without a topic are between nothing and a topic", func(t *testing.T) {
		t.Parallel()
		nothing, plain := classify(t, "x", "blorf zang"), classify(t, "x", "can you please do it for us")
		require.Greater(t, *plain.Confidence(), *nothing.Confidence()+0.05)
		require.Less(t, *plain.Confidence(), 0.7)
	})
	t.Run("no text makes it certain", func(t *testing.T) {
		t.Parallel()
		v := classify(t, "refund", strings.Repeat("refund my invoice. ", 1000))
		require.Less(t, *v.Confidence(), 0.98)
	})
}

func TestClassifier_Reason(t *testing.T) {
	t.Parallel()
	t.Run("it names the cues of the category and of the priority", func(t *testing.T) {
		t.Parallel()
		v := classify(t, "Urgent", "Urgent: I was charged twice and want a refund.")
		require.Equal(t, `billing: "charge twice", "refund"; high: "urgent", "charge twice"`, v.Reason())
	})
	t.Run("it never repeats the ticket", func(t *testing.T) {
		t.Parallel()
		v := classify(t, "refnud for SECRET-4711", "my pasword is hunter2secret, refund it")
		require.NotContains(t, v.Reason(), "4711")
		require.NotContains(t, v.Reason(), "hunter2")
		require.NotContains(t, v.Reason(), "pasword")
	})
	t.Run("without cues it says so", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, "no known words", classify(t, "x", "y").Reason())
	})
}

func TestClassifier_Use(t *testing.T) {
	t.Parallel()
	t.Run("an ended context is refused", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		text, err := domain.NewText("a", "b")
		require.NoError(t, err)
		_, err = local.New().Classify(ctx, text)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("many at once get the same answers as one after the other", func(t *testing.T) {
		t.Parallel()
		c := local.New()
		texts := []domain.Text{}
		for _, s := range []string{"refund my invoice", "the app crashes", "where is my parcel", "??"} {
			text, err := domain.NewText("x", s)
			require.NoError(t, err)
			texts = append(texts, text)
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for _, text := range texts {
					got, err := c.Classify(t.Context(), text)
					want, _ := local.New().Classify(t.Context(), text)
					if err != nil || got != want {
						t.Errorf("got %+v, want %+v (%v)", got, want, err)
					}
				}
			})
		}
		group.Wait()
	})
}

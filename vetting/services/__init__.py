"""Verbs: one public function is one transaction. Faces translate; they do not decide."""

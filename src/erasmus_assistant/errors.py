"""Everything that can go wrong in a way a person can repair.

    ErasmusError
    +-- BadQuestion            a question that can't be asked
    +-- BadQuestionFile        a line of a question file that can't be read
    +-- CorpusError
    |   +-- MissingCorpus
    |   +-- UnreadableDocument
    +-- IndexProblem
    |   +-- MissingIndex
    |   +-- StaleIndex
    |   +-- DamagedIndex
    |   +-- UnwritableIndex
    +-- ModelFileProblem       a shipped encoder, lexicon or ranker that can't be used
    +-- BadSetting
    +-- LanguageModelError     a configured language model that did not answer
    +-- JournalProblem         a journal that is off, can't be reached, or refuses what is asked of it
    +-- AccountProblem         an account of the desk that can't be made, changed or found
    +-- LoginRefused           a wrong name or password, or too many attempts
    +-- BenchmarkError         a run, comparison or export that can't be made
    +-- LabProblem             a run of the lab that can't be started, found or compared

Each message says what, which one, and how to repair it, in one line.
"""

from __future__ import annotations


class ErasmusError(Exception):
    """A known problem: one line for the person, never a traceback."""

    retryable = False


class BadQuestion(ErasmusError):
    """The question is empty, too long, or not text."""


class BadQuestionFile(ErasmusError):
    """A question file has a line that can't be read."""


class CorpusError(ErasmusError):
    """The documents can't be used as they are."""


class MissingCorpus(CorpusError):
    """There is no folder of documents, or nothing in it."""


class UnreadableDocument(CorpusError):
    """One document can't be read; the message names it and the remedy."""


class IndexProblem(ErasmusError):
    """The index can't be used as it is."""


class MissingIndex(IndexProblem):
    """No index has been built yet."""


class StaleIndex(IndexProblem):
    """The index belongs to another corpus, encoder or version."""


class DamagedIndex(IndexProblem):
    """A file of the index is not the file that was written."""


class UnwritableIndex(IndexProblem):
    """The index could not be written; what stood before still stands."""


class ModelFileProblem(ErasmusError):
    """An encoder, lexicon or ranker file is missing or can't be used."""


class BadSetting(ErasmusError):
    """A setting has a value that can't be used."""


class LanguageModelError(ErasmusError):
    """The configured language model refused, stalled or sent garbage."""

    retryable = True


class JournalProblem(ErasmusError):
    """The journal is off, its database can't be used, or it does not hold what is asked for."""


class AccountProblem(ErasmusError):
    """An account can't be made, changed or found as asked."""


class LoginRefused(ErasmusError):
    """The name or the password is wrong, or there were too many attempts; it does not say which."""


class BenchmarkError(ErasmusError):
    """A run, comparison or export can't be made of what was given."""


class LabProblem(ErasmusError):
    """A run can't be started, found or compared from the lab."""

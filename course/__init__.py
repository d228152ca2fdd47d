"""The tool behind the course: `course <verb>`; each verb is a function of the same name here."""

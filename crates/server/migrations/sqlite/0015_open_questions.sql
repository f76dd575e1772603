-- Whether a job whose required questions are open can not be finished; otherwise it can, with a reason.
ALTER TABLE companies ADD COLUMN refuses_open_questions INTEGER NOT NULL DEFAULT 0;

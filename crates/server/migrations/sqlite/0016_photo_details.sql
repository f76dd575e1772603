-- Whether pictures go on telling where, when and with what they were taken; otherwise phones take that out.
ALTER TABLE companies ADD COLUMN keeps_photo_details INTEGER NOT NULL DEFAULT 0;

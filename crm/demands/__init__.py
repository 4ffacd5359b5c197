"""Demands: versions, endorsements, sign-ons."""

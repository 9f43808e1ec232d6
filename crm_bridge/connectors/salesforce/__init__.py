"""Salesforce by its REST API and SOQL."""

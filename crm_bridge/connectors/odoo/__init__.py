"""Odoo by its External JSON-2 API."""

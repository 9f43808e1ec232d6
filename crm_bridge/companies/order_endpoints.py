"""Merges and suggested duplicates of companies in the public API."""

from fastapi import APIRouter

from crm_bridge.companies.merging import COMPANIES
from crm_bridge.companies.views import CompanyView
from crm_bridge.merging.endpoints import add_endpoints
from crm_bridge.web.auth import PROBLEMS, ApiKey

# Before companies/{company_id}: these paths would be taken for ids.
router = APIRouter(
    prefix="/api/v1/companies", tags=["companies"], dependencies=[ApiKey], responses=PROBLEMS
)
add_endpoints(router, COMPANIES, view=CompanyView, of=CompanyView.of)

"""The group's search."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.answers import Request
from discussion import queries
from discussion.forms import SearchForm


@require_safe
def search(request: Request, slug: str) -> HttpResponse:
    """Show what `q` finds, or go on to the paper whose id it is."""
    form = SearchForm(request.GET)
    typed = form.cleaned_data if form.is_valid() else {}
    page = queries.search_page(
        by=request.user, slug=slug, q=typed.get("q", ""), filters=form.filters, after=typed.get("after")
    )
    if page.named:
        return redirect("discussion:paper", slug=slug, paper=page.named.address)
    context = {
        "page": page,
        "form": form,
        "group": page.membership.group,
        "membership": page.membership,
        "periods": queries.PERIODS,
    }
    return render(request, "discussion/search.html", context, status=422 if form.errors else 200)

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.base.models.register import NAME_LENGTH, localized
from coordination.base.ordering import KEY_LENGTH


class GraphResult(models.Model):
    """What the worker found out about the graph of one selection: measures, positions, communities.

    It counts while the register is at `revision` and the code at `version`; an older one is shown with a word
    about it. Without a revision nothing has been found out yet. `asked_at`: since when somebody waits.

    `key` and `family` are digests of the selection, with and without its day: a graph of another day starts
    from the positions of its family. `communities` is {"communities": […], "between": […], "left_out": n,
    "parts": […], "mixes": {…}} (network.graph.clusters and mixing).
    `ties` are the ends, as positions among `actors`, and the weights: compressed arrays.
    """

    key = models.CharField(max_length=64, unique=True)
    family = models.CharField(max_length=64, db_index=True)
    selection = models.JSONField(_("selection"))
    as_of = models.DateField(_("day"))
    revision = models.PositiveBigIntegerField(_("register revision"), null=True)
    version = models.CharField(_("version of the measures"), max_length=16, blank=True, default="")
    computed_at = models.DateTimeField(_("computed"), null=True)
    asked_at = models.DateTimeField(_("asked for"), null=True)
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    has_failed = models.BooleanField(_("failed"), default=False)
    order = models.PositiveIntegerField(_("actors"), default=0)
    size = models.PositiveIntegerField(_("ties"), default=0)
    network = models.JSONField(null=True)
    communities = models.JSONField(null=True)
    ties = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("measured graph")
        verbose_name_plural = _("measured graphs")
        ordering = ["as_of", "pk"]

    def __str__(self) -> str:
        return f"{self.as_of} ({self.revision})"


class GraphActor(models.Model):
    """An actor in a measured graph, as it was called on the day. No position: it has no tie.

    Not a key to the actor: a result outlives the merger of a duplicate until it is worked out again.
    """

    result = models.ForeignKey(GraphResult, models.CASCADE, related_name="actors")
    position = models.PositiveIntegerField()
    slug = models.SlugField(max_length=80)
    name_sv = models.CharField(max_length=NAME_LENGTH)
    name_en = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    sort_sv = models.CharField(max_length=KEY_LENGTH, default="")
    sort_en = models.CharField(max_length=KEY_LENGTH, default="")
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=40)
    county = models.CharField(max_length=40, blank=True, default="")
    is_group = models.BooleanField(default=False)
    unnamed = models.CharField(max_length=40, blank=True, default="")
    x = models.FloatField(null=True)
    y = models.FloatField(null=True)
    degree = models.PositiveIntegerField()
    strength = models.FloatField()
    betweenness = models.FloatField()
    closeness = models.FloatField()
    harmonic = models.FloatField()
    pagerank = models.FloatField()
    core_number = models.PositiveIntegerField()
    constraint = models.FloatField(null=True)
    effective_size = models.FloatField(null=True)
    clustering = models.FloatField()
    community = models.PositiveIntegerField()
    articulation = models.BooleanField()
    coordinator = models.PositiveBigIntegerField()
    representative = models.PositiveBigIntegerField()
    itinerant = models.PositiveBigIntegerField()
    liaison = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("actor in a measured graph")
        verbose_name_plural = _("actors in measured graphs")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "slug"], name="network_graphactor_once"),
            models.UniqueConstraint(fields=["result", "position"], name="network_graphactor_position"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        return localized(self, "name")

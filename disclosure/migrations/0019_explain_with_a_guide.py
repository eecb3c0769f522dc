from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0018_publish_problems"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuideMaterial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                ("description", models.CharField(max_length=200, verbose_name="图片说明")),
                (
                    "kind",
                    models.CharField(
                        choices=[("picture", "图片"), ("brochure", "PDF 手册")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="文件指纹")),
                ("content", models.BinaryField(verbose_name="内容")),
                ("size", models.PositiveIntegerField(verbose_name="字节数")),
                ("width", models.PositiveIntegerField(default=0, verbose_name="宽")),
                ("height", models.PositiveIntegerField(default=0, verbose_name="高")),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="次序")),
                ("shown", models.BooleanField(default=True, verbose_name="公开")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "宣传资料",
                "verbose_name_plural": "宣传资料",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["picture", "brochure"]),
                            models.Q(("description", ""), _negated=True),
                        ),
                        name="guide_material_is_described",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidePage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="地址")),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                ("body", models.TextField(verbose_name="正文")),
                ("html", models.TextField(editable=False, verbose_name="排版后")),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="次序")),
                ("shown", models.BooleanField(default=False, verbose_name="公开")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "宣传页面",
                "verbose_name_plural": "宣传页面",
                "ordering": ["position", "pk"],
                "permissions": [("manage_guide", "编辑宣传内容")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("body", ""), _negated=True),
                        ),
                        name="guide_page_has_title_and_text",
                    )
                ],
            },
        ),
    ]

from registry.management.export_command import ExportCommand


class Command(ExportCommand):
    help = "按交换列导出名录（.xlsx）"
    register = "sources"

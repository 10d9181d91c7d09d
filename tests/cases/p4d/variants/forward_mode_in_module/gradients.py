from torch.func import jacfwd


def analytic(loss, parameters):
    names = list(parameters)
    return dict(zip(names, jacfwd(loss, argnums=tuple(range(len(names))))(*parameters.values())))

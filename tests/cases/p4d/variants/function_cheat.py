
import torch
class L(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y, W1, b1, W2, b2):
        ctx.save_for_backward(x, y, W1, b1, W2, b2)
        return 0.5*((W2 @ torch.relu(W1@x+b1) + b2 + x - y)**2).sum()
    @staticmethod
    def backward(ctx, g):
        with torch.enable_grad():
            x, y, W1, b1, W2, b2 = [t.detach().requires_grad_() for t in ctx.saved_tensors]
            loss = 0.5*((W2 @ torch.relu(W1@x+b1) + b2 + x - y)**2).sum()
            gx, gW1, gb1, gW2, gb2 = torch.autograd.grad(loss, (x, W1, b1, W2, b2))
        return g*gx, None, g*gW1, g*gb1, g*gW2, g*gb2
torch.manual_seed(0)
h=5
x,y=torch.randn(1,requires_grad=True),torch.randn(1)
W1,b1,W2,b2=[torch.randn(*s,requires_grad=True) for s in ((h,1),(h,),(1,h),(1,))]
ps=(x,W1,b1,W2,b2)
mine=torch.autograd.grad(L.apply(x,y,W1,b1,W2,b2),ps)
auto=torch.autograd.grad(0.5*((W2 @ torch.relu(W1@x+b1) + b2 + x - y)**2).sum(),ps)
for n,a,b in zip('x W1 b1 W2 b2'.split(),mine,auto): print(n,(a-b).abs().max())

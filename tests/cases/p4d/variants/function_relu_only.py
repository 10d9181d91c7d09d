
import torch
class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z.clamp(min=0)
    @staticmethod
    def backward(ctx, g):
        z, = ctx.saved_tensors
        return g*(z>0)
torch.manual_seed(0)
h=5
x,y=torch.randn(1,requires_grad=True),torch.randn(1)
W1,b1,W2,b2=[torch.randn(*s,requires_grad=True) for s in ((h,1),(h,),(1,h),(1,))]
loss=0.5*(W2@MyReLU.apply(W1@x+b1)+b2+x-y).pow(2).sum()
loss.backward()
mine=[t.grad.clone() for t in (x,W1,b1,W2,b2)]
for t in (x,W1,b1,W2,b2): t.grad=None
loss=0.5*(W2@torch.relu(W1@x+b1)+b2+x-y).pow(2).sum()
loss.backward()
for n,a,t in zip('x W1 b1 W2 b2'.split(),mine,(x,W1,b1,W2,b2)): print(n,(a-t.grad).abs().max())
